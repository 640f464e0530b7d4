import {
  CreateTenantDocument,
  DeleteTenantDocument,
  ResumeTenantDocument,
  SuspendTenantDocument,
  TenantByIdDocument,
  TenantsDocument,
  UpdateTenantDocument,
} from '../../../generated/operations.js';
import type { Route } from '../route.js';

const tenants = '/api/v1/admin/tenant';
const tenant = `${tenants}/:id`;

/** Tenants. These calls ignore x-tenantid. */
export const tenantRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: tenants,
    operation: TenantsDocument,
    data: 'tenants',
    message: 'Tenants listed successfully',
  },
  {
    method: 'POST',
    path: tenants,
    operation: CreateTenantDocument,
    data: 'createTenant.tenant',
    message: 'Tenant created successfully',
    example: {
      body: { name: 'Globex', serviceAccountLimit: 50 },
      data: { serviceAccountCount: 0, remaining: 50, secretMaxAgeDays: null },
    },
  },
  {
    method: 'GET',
    path: tenant,
    operation: TenantByIdDocument,
    data: 'tenantById',
    message: 'Tenant read successfully',
  },
  {
    method: 'PATCH',
    path: tenant,
    operation: UpdateTenantDocument,
    data: 'updateTenant.tenant',
    message: 'Tenant updated successfully',
  },
  {
    method: 'DELETE',
    path: tenant,
    operation: DeleteTenantDocument,
    data: 'deleteTenant.tenant',
    message: 'Tenant deleted successfully',
    example: { data: { serviceAccountCount: 0, remaining: 100 } },
  },
  {
    method: 'POST',
    path: `${tenant}/suspend`,
    operation: SuspendTenantDocument,
    data: 'suspendTenant.tenant',
    message: 'Tenant suspended successfully',
    example: { data: { status: 'suspended' } },
  },
  {
    method: 'POST',
    path: `${tenant}/resume`,
    operation: ResumeTenantDocument,
    data: 'resumeTenant.tenant',
    message: 'Tenant resumed successfully',
  },
];
