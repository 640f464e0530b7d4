import type { Account } from './accounts.js';
import { anyone, everyone, managers, owners, readers } from './callers.js';
import { type More, mutation, type Operation, query } from './operation.js';

const tenants = '/api/v1/admin/tenant';
const tenant = `${tenants}/:id`;
const id = ({ tenantId }: Account) => ({ id: tenantId });

/** Makes a mutation for super_admins that answers with the tenant. */
const change = (field: string, more: Omit<More, 'may'>) =>
  mutation(field, 'tenant { id name status }', { ...more, may: owners, isGlobal: true });

/** The operations on tenants, and on the caller itself. */
export const tenantOperations: Operation[] = [
  query('tenant', '{ tenant { id name } }', { may: readers, args: () => ({}) }),
  query('workloadIssuers', '{ workloadIssuers { name issuer } }', {
    rest: 'GET /api/v1/admin/workload-issuer',
    may: everyone,
    isGlobal: true,
    args: () => ({}),
  }),
  query('viewer', '{ viewer { id } }', { may: anyone, isGlobal: true, args: () => ({}) }),

  mutation('setTenantSecretMaxAge', 'tenant { id }', {
    may: managers,
    args: ({ number }) => ({ days: number }),
  }),
  mutation('setTenantMaxTokenLifetime', 'tenant { id }', {
    may: managers,
    args: ({ number }) => ({ seconds: 60 + number }),
  }),

  query('tenantById', 'query ($id: ID!) { tenantById(id: $id) { id name } }', {
    rest: `GET ${tenant}`,
    may: owners,
    isGlobal: true,
    args: id,
  }),
  query(
    'tenants',
    `query ($first: Int, $after: String, $last: Int, $before: String, $filter: TenantFilter, $orderBy: TenantOrder) {
      tenants(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
        nodes { id name } pageInfo { endCursor } totalCount
      }
    }`,
    { rest: `GET ${tenants}`, may: owners, isGlobal: true, args: () => ({ first: 10 }) },
  ),
  change('createTenant', {
    rest: `POST ${tenants}`,
    args: ({ name }) => ({ name, externalIds: [{ realm: 'acme', id: name }] }),
  }),
  change('updateTenant', {
    rest: `PATCH ${tenant}`,
    args: ({ tenantId, name }) => ({
      id: tenantId,
      name: `${name} & sons`,
      externalIds: [{ realm: 'acme', id: `${name} & sons` }],
    }),
  }),
  change('suspendTenant', { rest: `POST ${tenant}/suspend`, args: id }),
  change('resumeTenant', {
    rest: `POST ${tenant}/resume`,
    args: ({ suspendedTenantId }) => ({ id: suspendedTenantId }),
  }),
  change('deleteTenant', { rest: `DELETE ${tenant}`, args: id }),
];
