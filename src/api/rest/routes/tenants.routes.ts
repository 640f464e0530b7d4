import * as operations from '../../../generated/operations.js';
import type { RouteTable } from '../route.js';

/** Tenants. These endpoints ignore the x-tenantid header. */
export const tenantRoutes: RouteTable = {
  'GET /api/v1/admin/tenant': {
    operation: operations.TenantsDocument,
    data: 'tenants',
    message: 'Tenants listed successfully',
  },
  'POST /api/v1/admin/tenant': {
    operation: operations.CreateTenantDocument,
    data: 'createTenant.tenant',
    message: 'Tenant created successfully',
    example: {
      body: { name: 'Globex', serviceAccountLimit: 50 },
      data: { serviceAccountCount: 0, remaining: 50, secretMaxAgeDays: null },
    },
  },
  'GET /api/v1/admin/tenant/:id': {
    operation: operations.TenantByIdDocument,
    data: 'tenantById',
    message: 'Tenant read successfully',
  },
  'PATCH /api/v1/admin/tenant/:id': {
    operation: operations.UpdateTenantDocument,
    data: 'updateTenant.tenant',
    message: 'Tenant updated successfully',
  },
  'DELETE /api/v1/admin/tenant/:id': {
    operation: operations.DeleteTenantDocument,
    data: 'deleteTenant.tenant',
    message: 'Tenant deleted successfully',
    example: { data: { serviceAccountCount: 0, remaining: 100 } },
  },
  'POST /api/v1/admin/tenant/:id/suspend': {
    operation: operations.SuspendTenantDocument,
    data: 'suspendTenant.tenant',
    message: 'Tenant suspended successfully',
    example: { data: { status: 'suspended' } },
  },
  'POST /api/v1/admin/tenant/:id/resume': {
    operation: operations.ResumeTenantDocument,
    data: 'resumeTenant.tenant',
    message: 'Tenant resumed successfully',
  },
};
