import { randomBytes, randomUUID } from 'node:crypto';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { accountOperations } from './account-operations.js';
import type { Account } from './accounts.js';
import { audienceOperations } from './audience-operations.js';
import { auditOperations } from './audit-operations.js';
import { bulkOperations } from './bulk-operations.js';
import type { Operation } from './operation.js';
import { permissionOperations } from './permission-operations.js';
import { tenantOperations } from './tenant-operations.js';
import { transportsOf } from './transports.js';

export const operations: Operation[] = [
  ...accountOperations,
  ...bulkOperations,
  ...tenantOperations,
  ...permissionOperations,
  ...audienceOperations,
  ...auditOperations,
];

/** Combines each operation with each of its transports, for `describe.each`. */
export const atTransports = (some: readonly Operation[]) =>
  some.flatMap((operation) =>
    transportsOf(operation).map((transport) => ({ operation, transport, name: operation.name })),
  );

/** Returns the operation with this name. */
export function operation(name: string): Operation {
  const found = operations.find((one) => one.name === name);
  if (!found) throw new Error(`there is no operation ${name}`);
  return found;
}

/** An account that does not exist. */
export const nonexistent: Account = {
  id: `sa-${randomUUID()}`,
  name: 'of nobody',
  clientId: `sa_client_${randomBytes(6).toString('hex')}`,
  secretId: `secret-${randomUUID()}`,
  clientSecret: generateSecret(),
  keyId: `key-${randomUUID()}`,
  trustId: `trust-${randomUUID()}`,
  permission: 'nothing:use',
  audience: 'https://nothing.example.com',
  eventId: `audit-${randomUUID()}`,
  number: 1,
  tenantId: randomUUID(),
  suspendedTenantId: randomUUID(),
};

/** The operations on one account, one of its secrets, keys or trusts, or its audit log. */
export const aboutOne = operations.filter(({ args }) => {
  const { id, clientId, secretId, clientSecret, keyId, trustId, eventId } = nonexistent;
  return Object.values(args(nonexistent)).some((value) =>
    [id, clientId, secretId, clientSecret, keyId, trustId, eventId].includes(String(value)),
  );
});

/** The operations on one tenant, whose id is an argument. */
export const aboutTenant = operations.filter(({ args }) => {
  const { tenantId, suspendedTenantId } = nonexistent;
  return [tenantId, suspendedTenantId].includes(String(args(nonexistent).id));
});

/** The mutations of an account that is not deleted. */
export const changes = aboutOne.filter(
  ({ isMutation, needs, isAlwaysPossible }) => isMutation && needs !== 'deleted' && !isAlwaysPossible,
);
