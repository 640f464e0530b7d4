import { everyone, managers, owners, readers } from './callers.js';
import { mutation, type Operation, query } from './operation.js';

/** Tenants, and who is in them. */
export const tenantOperations: Operation[] = [
  query('tenant', '{ tenant { id name } }', { may: readers, args: () => ({}) }),
  query('viewer', '{ viewer { id } }', { may: everyone, isGlobal: true, args: () => ({}) }),

  mutation('setTenantSecretMaxAge', 'tenant { id }', {
    may: managers,
    args: ({ number }) => ({ days: number }),
  }),
  mutation('createTenant', 'tenant { id }', { may: owners, isGlobal: true, args: ({ name }) => ({ name }) }),
];
