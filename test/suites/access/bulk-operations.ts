import type { Account } from './accounts.js';
import { managers } from './callers.js';
import { type More, mutation, type Operation } from './operation.js';

const accounts = '/api/v1/admin/service-account';
const ids = ({ id }: Account) => ({ ids: [id] });

/** Makes a mutation of several accounts, which is called with one account. */
const bulk = (field: string, path: string, more: Partial<More> = {}, selection = '') =>
  mutation(
    field,
    `results { id serviceAccount { name clientId status } ${selection} error { code message field } }`,
    { rest: `POST ${accounts}/bulk/${path}`, may: managers, args: ids, isBulk: true, ...more },
  );

/** The operations on many service accounts. */
export const bulkOperations: Operation[] = [
  bulk('disableServiceAccounts', 'disable'),
  bulk('enableServiceAccounts', 'enable', { needs: 'disabled' }),
  bulk('deleteServiceAccounts', 'delete'),
  bulk('setServiceAccountsPermissions', 'permissions', {
    args: ({ id }) => ({ ids: [id], permissions: ['api:read'] }),
  }),
  bulk(
    'rotateServiceAccountSecrets',
    'rotate-secret',
    { args: ({ id }) => ({ ids: [id], overlapSeconds: 60 }) },
    'secret { id hint }',
  ),
  mutation('revokeAllServiceAccountSecrets', 'count', {
    rest: `POST ${accounts}/revoke-all-secrets`,
    may: managers,
    args: () => ({ createdBefore: '2999-01-01T00:00:00Z' }),
  }),
];
