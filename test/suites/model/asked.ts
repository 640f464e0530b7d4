import fc from 'fast-check';
import type { Input, Operation } from './calls.js';

/** The input of a command. The values of some fields depend on the account of the command. */
export interface Asked extends Input {
  /** The index of the name. */
  name?: number;
  /** The difference from the account's version. */
  expectedVersion?: number;
  /** The index of the account's secret. */
  secretId?: number;
  /** The milliseconds from now to the end of the secret. */
  expiresIn?: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

const nothing = fc.constant<Asked>({});
const some = <T>(values: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(values, { requiredKeys: [] });
const name = fc.nat({ max: 2 });
const description = fc.constantFrom(null, 'one', 'two');
const contact = fc.constantFrom(null, 'a@example.com', 'b@example.com');
const permissions = fc.subarray(['api:write', 'api:read']);
const expiresAt = fc.constantFrom(null, '2100-01-01T00:00:00.000Z');
const tokenLifetimeSeconds = fc.constantFrom(null, 60, 3600);
const ipAllowlist = fc.constantFrom(null, ['192.0.2.1/32'], ['10.0.0.0/8', '2001:db8::/32']);
const labels = fc.constantFrom([], [{ key: 'team', value: 'a' }], [{ key: 'team', value: 'b' }]);
const expectedVersion = fc.constantFrom(0, 0, -1, 1);

/** The inputs of each operation without the account. A secret may end before or after an overlap. */
export const asked: Record<Operation, fc.Arbitrary<Asked>> = {
  create: some({
    name,
    description,
    contact,
    permissions,
    expiresAt,
    tokenLifetimeSeconds,
    ipAllowlist,
    labels,
  }),
  update: some({
    name,
    description,
    owner: description,
    contact,
    expiresAt,
    tokenLifetimeSeconds,
    ipAllowlist,
    labels,
    expectedVersion,
  }),
  setPermissions: fc
    .tuple(permissions, some({ expectedVersion }))
    .map(([all, rest]) => ({ permissions: all, ...rest })),
  disable: nothing,
  enable: nothing,
  delete: nothing,
  restore: nothing,
  rotate: some({ overlapSeconds: fc.constantFrom(0, 3600, 30 * 24 * 3600) }),
  createSecret: some({ expiresIn: fc.constantFrom(30 * minute, 2 * day) }),
  revoke: fc.record({ secretId: fc.nat({ max: 9 }) }),
};

/** The values of an account that an input may refer to. */
interface Known {
  id?: string;
  names: readonly string[];
  version?: number;
  secrets?: readonly string[];
}

/** Makes the input that is sent. */
export function toInput(asked: Asked, { id, names, version = 0, secrets = [] }: Known): Input {
  const { name, expectedVersion, secretId, expiresIn, ...input } = asked;
  return {
    ...(id !== undefined && { id }),
    ...input,
    ...(name !== undefined && { name: names[name % names.length] }),
    ...(expectedVersion !== undefined && { expectedVersion: version + expectedVersion }),
    ...(secretId !== undefined && { secretId: secrets[secretId % secrets.length] }),
    ...(expiresIn !== undefined && { expiresAt: new Date(Date.now() + expiresIn).toISOString() }),
  };
}
