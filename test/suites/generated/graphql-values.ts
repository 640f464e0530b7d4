import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import { chance, type Draw, oneOf } from './choose.js';
import { inFuture, line, wildText } from './parts.js';
import type { World } from './world.js';

/** Returns an arbitrary that is made once, because `fc.gen` draws by function, and making an arbitrary costs most. */
type Values = () => fc.Arbitrary<unknown>;
const values =
  (arbitrary: fc.Arbitrary<unknown>): Values =>
  () =>
    arbitrary;

const texts = values(fc.oneof({ weight: 9, arbitrary: line(60) }, { weight: 1, arbitrary: wildText }));
const alphanumeric = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789');
const limit32 = 2 ** 31;

const scalars: Record<string, Values> = {
  Int: values(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 100 }) },
      { weight: 1, arbitrary: fc.integer({ min: -limit32, max: limit32 - 1 }) },
    ),
  ),
  Float: values(fc.double({ noNaN: true, noDefaultInfinity: true })),
  Boolean: values(fc.boolean()),
  DateTime: values(inFuture),
  JSON: values(fc.jsonValue({ maxDepth: 2 })),
  JSONObject: values(fc.dictionary(line(10), fc.jsonValue({ maxDepth: 1 }))),
};

const mostly = (good: fc.Arbitrary<unknown>, ...wild: unknown[]): Values =>
  values(fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...wild) }));
const pageSize = mostly(fc.integer({ min: 1, max: 25 }), 0, -1, 100, 101);
const longAgo = values(fc.oneof(fc.constant('2020-01-01T00:00:00Z'), inFuture));
/** Names of permissions that requests create and delete. */
const spareNames = fc.nat({ max: 9 }).map((number) => `thing-${number}:use`);
/** URIs of audiences that requests set and delete. */
const spareUris = fc.nat({ max: 9 }).map((number) => `https://thing-${number}.example.com`);
const lifetime = mostly(fc.constantFrom(null, 60, 3600), 59, 3601);
const permission = mostly(fc.constantFrom('api:read', 'api:write'), 'api:none', 'x');

/** Few public keys, so that an account often has a key already. */
const publicKeys = Array.from({ length: 8 }, () => newPublicKey());

/** Secrets that no account has. */
const strayed = Array.from({ length: 4 }, generateSecret);

/** Values for fields, and for whole types, that need more than any value of their type. */
const hints = ({
  accounts,
  secrets,
  keys,
  trusts,
  clientIds,
  clientSecrets,
  strangers,
  spare,
}: World): Record<string, Values> => ({
  id: values(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...accounts) },
      { weight: 1, arbitrary: fc.uuid().map((uuid) => `sa-${uuid}`) },
      { weight: 1, arbitrary: wildText },
    ),
  ),
  ids: values(fc.uniqueArray(fc.constantFrom(...accounts), { minLength: 1, maxLength: 5 })),
  'node.id': mostly(
    fc.constantFrom(
      ...accounts,
      ...secrets.map(({ secretId }) => secretId),
      ...keys.map(({ keyId }) => keyId),
      ...trusts.map(({ trustId }) => trustId),
    ),
    '',
    'sa-',
    'x-1',
  ),
  'CreateTenantInput.id': values(fc.uuid()),
  'tenantById.id': mostly(fc.constantFrom(...strangers, ...spare), '', 'x', accounts[0]),
  ...Object.fromEntries(
    ['Update', 'Suspend', 'Resume', 'Delete'].map((change): [string, Values] => [
      `${change}TenantInput.id`,
      // The first ten tenants are never deleted.
      mostly(fc.constantFrom(...(change === 'Delete' ? spare.slice(10) : spare)), '', 'x', accounts[0]),
    ]),
  ),
  'CreatorFilter.id': mostly(fc.constantFrom('admin', 'nameless', 'super'), '', 'nobody'),
  RevokeServiceAccountSecretInput: mostly(fc.constantFrom(...secrets), {
    id: accounts[0],
    secretId: secrets.at(-1)?.secretId,
  }),
  'ReportLeakedSecretInput.secret': mostly(
    fc.constantFrom(...strayed, ...clientSecrets),
    '',
    'sa_secret_',
    'x'.repeat(48),
  ),
  RemoveServiceAccountKeyInput: mostly(fc.constantFrom(...keys), {
    id: accounts[0],
    keyId: keys.at(-1)?.keyId,
  }),
  RemoveServiceAccountTrustInput: mostly(fc.constantFrom(...trusts), {
    id: accounts[0],
    trustId: trusts.at(-1)?.trustId,
  }),
  issuer: values(fc.constant('ci')),
  // An account sometimes has a trust already.
  subject: mostly(fc.nat({ max: 99 }).map(String), '', 'x*'),
  audience: values(fc.constantFrom(null, 'https://x.example.com')),
  claims: values(
    fc.constantFrom(null, [], [{ name: 'ref', value: 'main' }], [{ name: '/a~1b/0', value: '1' }]),
  ),
  token: mostly(fc.constantFrom('x', 'a.b.c'), ''),
  publicKey: mostly(fc.constantFrom(...publicKeys), '', '{}', '-----BEGIN PUBLIC KEY-----'),
  action: values(
    fc.constantFrom(['service_account.create'], ['service_account.disable', 'service_account.enable'], ['x']),
  ),
  target: mostly(fc.constantFrom(...accounts), '', 'nothing'),
  requestId: mostly(fc.uuid(), ''),
  occurredAfter: longAgo,
  tenantId: mostly(fc.constantFrom(...strangers), '', 'x'),
  'ActorFilter.id': mostly(fc.constantFrom('admin', 'nameless', 'super'), ''),
  'SetPermissionInput.name': mostly(spareNames, 'x', '*:*'),
  'SetPermissionInput.isDefault': values(fc.constant(false)),
  'DeletePermissionInput.name': mostly(spareNames, 'x', '*:*'),
  'SetAudienceInput.permissions': values(fc.constant(['api:read'])),
  'SetAudienceInput.tenantId': values(fc.constant(null)),
  uri: mostly(spareUris, 'x', 'https://gateway.example.com/oauth2', '\0'),
  ErasePersonInput: mostly(fc.constant({ realm: 'acme', id: 'nobody' }), { realm: '', id: '' }),
  clientId: mostly(fc.constantFrom(...clientIds), '', 'sa_client_000000000000'),
  name: values(fc.tuple(line(50), fc.nat()).map(([text, number]) => `${text} ${number}`)),
  key: values(fc.string({ unit: alphanumeric, minLength: 6, maxLength: 20 })),
  permissions: values(fc.constantFrom([], ['api:read'], ['api:read', 'api:write'])),
  permission,
  idempotencyKey: values(fc.string({ unit: alphanumeric, minLength: 20, maxLength: 255 })),
  expectedVersion: values(fc.integer({ min: 1, max: 6 })),
  tokenLifetimeSeconds: lifetime,
  ipAllowlist: mostly(fc.constantFrom([], ['192.0.2.1'], ['198.51.100.0/24', '2001:db8::/32']), [
    '10.0.0.5/8',
  ]),
  maxTokenLifetimeSeconds: lifetime,
  seconds: lifetime,
  overlapSeconds: mostly(fc.constantFrom(0, 60, 86_400), -1, 2_592_001),
  first: pageSize,
  last: pageSize,
  search: mostly(fc.constantFrom('service', 'ACCOUNT', '20', '_', 'x'), '', 'x'.repeat(101)),
  realm: mostly(fc.constantFrom('acme', 'partner'), ''),
  createdAfter: longAgo,
  lastUsedAfter: longAgo,
  expiresAfter: longAgo,
});

/** The percentage of inputs that have an optional field. */
const usual = 45;
const likely: Record<string, number> = {
  ServiceAccountFilter: 12,
  AuditEventFilter: 12,
  AllAuditEventFilter: 12,
};

const pageArguments = ['first', 'after', 'last', 'before'];
/** Asks for few items, from the beginning or from the end of a list. */
const firstOrLast = values(
  fc
    .tuple(fc.constantFrom('first', 'last'), fc.integer({ min: 1, max: 10 }))
    .map(([which, size]) => ({ [which]: size })),
);

/** Groups of arguments that make sense together only. */
const together = ({ places }: World): Record<string, { names: string[]; values: Values }> => ({
  serviceAccounts: {
    names: ['first', 'after', 'last', 'before', 'orderBy'],
    values: values(
      fc
        .tuple(fc.constantFrom(...places), fc.integer({ min: 1, max: 25 }), fc.nat({ max: 3 }))
        .map(
          ([{ orderBy, cursor }, size, kind]) =>
            [
              { first: size, after: cursor, orderBy },
              { last: size, before: cursor, orderBy },
              { first: size, orderBy },
              { last: size },
            ][kind],
        ),
    ),
  },
  auditEvents: { names: pageArguments, values: firstOrLast },
  allAuditEvents: { names: pageArguments, values: firstOrLast },
  permissions: { names: pageArguments, values: firstOrLast },
  audiences: { names: pageArguments, values: firstOrLast },
  allAudiences: { names: pageArguments, values: firstOrLast },
  auditEventExport: { names: ['after'], values: values(fc.constant({})) },
  tenants: {
    names: ['first', 'after', 'last', 'before', 'orderBy'],
    values: values(
      fc.tuple(fc.constantFrom('first', 'last'), fc.integer({ min: 1, max: 25 })).map(([which, size]) => ({
        [which]: size,
        orderBy: { field: 'NAME', direction: 'ASC' },
      })),
    ),
  },
});

/** Draws a value of any input type of a schema. */
type DrawValue = (draw: Draw, type: GraphQLInputType, parent: string, name: string) => unknown;

/** Draws a field's arguments, some of which may be omitted. */
export type DrawArguments = (
  draw: Draw,
  name: string,
  args: readonly GraphQLArgument[],
) => { argument: GraphQLArgument; value: unknown }[];

export function createDrawArguments(world: World): DrawArguments {
  const drawValue = createDrawValue(world);
  const groups = together(world);
  return (draw, field, args) => {
    const group = chance(draw, 85) ? groups[field] : undefined;
    const set = (group ? draw(group.values) : {}) as Record<string, unknown>;
    return args.flatMap((argument) => {
      const { name, type } = argument;
      if (name in set) return { argument, value: set[name] };
      const isGiven = isRequiredArgument(argument) || (!group?.names.includes(name) && chance(draw, 70));
      return isGiven ? { argument, value: drawValue(draw, type, field, name) } : [];
    });
  };
}

function createDrawValue(world: World): DrawValue {
  const known = hints(world);
  const drawValue: DrawValue = (draw, type, parent, name) => {
    if (!isNonNullType(type) && chance(draw, 8)) return null;
    const hint = known[`${parent}.${name}`] ?? known[name];
    const nullable = getNullableType(type);
    if (hint && !isInputObjectType(nullable)) return draw(hint);
    const whole = isInputObjectType(nullable) ? known[nullable.name] : undefined;
    if (whole) return draw(whole);
    if (isListType(nullable)) {
      const length = oneOf(draw, [0, 1, 1, 2, 3]);
      return Array.from({ length }, () => drawValue(draw, nullable.ofType, parent, name));
    }
    if (isEnumType(nullable)) return oneOf(draw, nullable.getValues()).name;
    if (!isInputObjectType(nullable)) return draw(scalars[(nullable as GraphQLNamedType).name] ?? texts);
    const fields = Object.values(nullable.getFields());
    return Object.fromEntries(
      fields
        .filter((field) => isRequiredInputField(field) || chance(draw, likely[nullable.name] ?? usual))
        .map((field) => [field.name, drawValue(draw, field.type, nullable.name, field.name)]),
    );
  };
  return drawValue;
}
