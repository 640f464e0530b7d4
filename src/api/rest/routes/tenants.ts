import {
  CreateTenantDocument,
  DeleteTenantDocument,
  ResumeTenantDocument,
  SuspendTenantDocument,
  TenantByIdDocument,
  type TenantFieldsFragment,
  TenantsDocument,
  UpdateTenantDocument,
} from '../../../generated/operations.js';
import { answered, toPage, toTenant } from '../answers.js';
import { byId, input } from '../call.js';
import { list } from '../parameters.js';
import { route } from '../route.js';
import { tenantParameters } from './tenants.parameters.js';

const tenants = '/api/v1/admin/tenant';
const tenant = `${tenants}/:id`;

/** The tenant out of a mutation's payload. */
const tenantIn =
  <Field extends string>(field: Field) =>
  (result: Record<Field, { tenant: TenantFieldsFragment } | null>) =>
    toTenant(answered<{ tenant: TenantFieldsFragment }>(result[field]).tenant);

/** Tenants, which are about no x-tenantid. */
export const tenantRoutes = [
  route({
    method: 'GET',
    path: tenants,
    operation: TenantsDocument,
    ...list(tenantParameters),
    message: 'Tenants listed successfully',
    data: ({ tenants: found }) => answered(found).nodes.map(toTenant),
    page: ({ tenants: found }) => toPage(answered(found)),
  }),
  route({
    method: 'POST',
    path: tenants,
    operation: CreateTenantDocument,
    variables: input,
    message: 'Tenant created successfully',
    data: tenantIn('createTenant'),
    example: {
      body: { name: 'Globex', serviceAccountLimit: 50 },
      data: { serviceAccountCount: 0, remaining: 50, secretMaxAgeDays: null },
    },
  }),
  route({
    method: 'GET',
    path: tenant,
    operation: TenantByIdDocument,
    variables: byId,
    message: 'Tenant read successfully',
    data: ({ tenantById }) => toTenant(answered(tenantById)),
  }),
  route({
    method: 'PATCH',
    path: tenant,
    operation: UpdateTenantDocument,
    variables: input,
    message: 'Tenant updated successfully',
    data: tenantIn('updateTenant'),
  }),
  route({
    method: 'DELETE',
    path: tenant,
    operation: DeleteTenantDocument,
    variables: input,
    message: 'Tenant deleted successfully',
    data: tenantIn('deleteTenant'),
    example: { data: { serviceAccountCount: 0, remaining: 100 } },
  }),
  route({
    method: 'POST',
    path: `${tenant}/suspend`,
    operation: SuspendTenantDocument,
    variables: input,
    message: 'Tenant suspended successfully',
    data: tenantIn('suspendTenant'),
    example: { data: { status: 'suspended' } },
  }),
  route({
    method: 'POST',
    path: `${tenant}/resume`,
    operation: ResumeTenantDocument,
    variables: input,
    message: 'Tenant resumed successfully',
    data: tenantIn('resumeTenant'),
  }),
];
