import { randomBytes, randomUUID } from 'node:crypto';
import { accountOperations } from './account-operations.js';
import { bulkOperations } from './bulk-operations.js';
import { doorsOf } from './doors.js';
import type { Operation } from './operation.js';
import type { Account } from './scene.js';
import { tenantOperations } from './tenant-operations.js';

export const operations: Operation[] = [...accountOperations, ...bulkOperations, ...tenantOperations];

/** Each of these at each of its doors, for `describe.each`. */
export const atDoors = (some: readonly Operation[]) =>
  some.flatMap((operation) => doorsOf(operation).map((door) => ({ operation, door, name: operation.name })));

/** The row of this name. */
export function operation(name: string): Operation {
  const found = operations.find((one) => one.name === name);
  if (!found) throw new Error(`there is no operation ${name}`);
  return found;
}

/** An account that nobody has. */
export const nobodys: Account = {
  id: `sa-${randomUUID()}`,
  name: 'of nobody',
  clientId: `sa_client_${randomBytes(6).toString('hex')}`,
  secretId: `secret-${randomUUID()}`,
  number: 1,
};

/** Those that are about one account, or one of its secrets. */
export const aboutOne = operations.filter(({ args }) => {
  const { id, clientId, secretId } = nobodys;
  return Object.values(args(nobodys)).some((value) => [id, clientId, secretId].includes(String(value)));
});

/** The changes of an account that is not deleted. */
export const changes = aboutOne.filter(({ isMutation, needs }) => isMutation && needs !== 'deleted');
