import * as operations from '../../../generated/operations.js';
import { invalidField } from '../../../platform/errors.js';
import type { RouteTable } from '../route.js';

/** Tenants. These endpoints ignore the x-tenantid header. */
export const tenantRoutes: RouteTable = {
  'GET /api/v1/admin/tenant': {
    operation: operations.TenantsDocument,
    query: { realm: 'filter.externalId.realm', externalId: 'filter.externalId.id' },
    variables: (call, read) => requireBoth(read(call)),
    data: 'tenants',
    message: 'Tenants listed successfully',
  },
  'POST /api/v1/admin/tenant': {
    operation: operations.CreateTenantDocument,
    data: 'createTenant.tenant',
    message: 'Tenant created successfully',
    example: {
      body: {
        name: 'Globex',
        serviceAccountLimit: 50,
        externalIds: [{ realm: 'acme', id: 'org_7c1d40be92' }],
      },
      data: { serviceAccountCount: 0, remaining: 50, secretMaxAgeDays: null, maxTokenLifetimeSeconds: null },
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

/** Rejects a realm without an external ID and an external ID without a realm, because neither identifies a tenant. */
function requireBoth<Variables extends operations.TenantsQueryVariables>(variables: Variables): Variables {
  const { externalId } = variables.filter ?? {};
  if (externalId && !('id' in externalId)) throw invalidField('realm', 'requires the parameter externalId');
  if (externalId && !('realm' in externalId))
    throw invalidField('externalId', 'requires the parameter realm');
  return variables;
}
