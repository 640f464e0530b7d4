import { randomUUID } from 'node:crypto';
import type { Args } from './operation.js';

/** Wrong values by the name of an argument. */
type Wrong = Readonly<Record<string, readonly unknown[]>>;

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

// These are control, bidirectional, zero-width and private characters, half a character, line breaks, and a mark and a
// letter that are invisible.
const unseen = [
  0x00, 0x1b, 0x7f, 0x85, 0x202e, 0x2066, 0x200b, 0x200d, 0xfeff, 0xe000, 0xd83d, 0x0a, 0x2028, 0x34f, 0x3164,
];
const withUnseen = unseen.map((code) => `a${String.fromCharCode(code)}b`);

const names = [
  '',
  ' ',
  ' x',
  'x ',
  'x\u00a0',
  '\u3000x',
  'x\ufe0f',
  'x'.repeat(101),
  '\u{1f680}'.repeat(101),
  ...withUnseen,
  5,
  true,
  {},
];
const tooLate = '9999-12-31T23:59:59-01:00';
const times = ['2020-01-01T00:00:00Z', tooLate, 'tomorrow', '2999-01-01', '2999-02-30T00:00:00Z', true, {}];

const lifetimes = [59, 0, -1, 3601, 1.5, '600', true, 2 ** 31];

const ranges = [
  '',
  '127.1',
  '010.0.0.0/8',
  '10.0.0.5/8',
  '10.0.0.0/33',
  '::ffff:10.0.0.0/90',
  'fe80::1%eth0',
  5,
];

const described: Wrong = {
  description: ['x'.repeat(1001), 'bell\x07', 'right\u202eleft', 'a\u034fb', 5],
  owner: ['x'.repeat(256), 'two\nlines', 'zero\u200bwidth', {}],
  contact: ['', 'nobody', 'a@b', 'a @example.com', `a@${'x'.repeat(250)}.example.com`, 5],
  expiresAt: times,
  tokenLifetimeSeconds: lifetimes,
  ipAllowlist: [many(51, (index) => `192.0.2.${index}`), {}, true],
  'ipAllowlist.0': ranges.map((range) => [range]),
  labels: ['team', many(33, (index) => ({ key: `key${index}`, value: '' }))],
};

const permissions = ['no:such', '', 'api', 'api:*', 'API:READ', 'api:read '].map((name) => [name]);
const permissionLists = [...permissions, ['api:read', 'api:read'], many(101, (index) => `api:${index}`), {}];

const versions = ['1', 1.5, true, 2 ** 31, [1, 2]];

const limits = [-1, 1.5, '5', true, 2 ** 31];
const days = [0, -1, 3651, '30', 1.5, true];
const externalIds = ['acme', 5, many(51, (index) => ({ realm: 'acme', id: `${index}` }))];
const overlaps = [-1, 2_592_001, '60', 1.5, true, 2 ** 31];

/** Wrong values for the fields of mutations. test/api/rest/input.test.ts has more for createServiceAccount. */
export const wrongFields: Record<string, Wrong> = {
  createServiceAccount: {
    name: names,
    permissions,
    expiresAt: [tooLate],
    tokenLifetimeSeconds: lifetimes,
    withoutSecret: ['true', 1, {}],
  },
  updateServiceAccount: { ...described, name: [...names, null], expectedVersion: versions },
  setServiceAccountPermissions: {
    permissions: [...permissionLists, null, undefined],
    expectedVersion: versions,
  },
  rotateServiceAccountSecret: { overlapSeconds: overlaps },
  createServiceAccountSecret: { expiresAt: times },
  reportLeakedSecret: {
    secret: ['', 'x', 'sa_secret_', `sa_secret_${'0'.repeat(38)}`, 'x'.repeat(2_000), null, undefined, 5, {}],
  },
  addServiceAccountKey: {
    publicKey: ['', '{}', '[]', 'ssh-ed25519 AAAA', null, undefined, 5, {}],
    expiresAt: times,
  },
  addServiceAccountTrust: {
    issuer: ['', 'github', 'https://ci.example.com', null, undefined, 5],
    subject: ['', 'x'.repeat(1025), 'a\0', 'a\u202e', 'repo:acme/*', null, undefined, {}],
    audience: ['', 'x'.repeat(256), 'a\n', 5],
    expiresAt: times,
  },
  testServiceAccountTrust: { token: ['', 'x'.repeat(16_385), null, undefined, 5] },
  createTenant: {
    id: ['acme', '', `sa-${randomUUID()}`],
    name: [...names, null, undefined],
    serviceAccountLimit: limits,
    externalIds,
  },
  updateTenant: {
    name: [...names, null],
    serviceAccountLimit: [...limits, null],
    secretMaxAgeDays: days,
    maxTokenLifetimeSeconds: lifetimes,
    externalIds: [...externalIds, null],
  },
  setTenantSecretMaxAge: { days },
  setTenantMaxTokenLifetime: { seconds: lifetimes },
  setAudience: {
    uri: ['', 'tools', 'https://mcp.example.com/#x', 'https://x y', 'https://x\0', null, undefined, 5],
    name: [...names, null, undefined],
    permissions: [...permissionLists, [], null, undefined],
    tenantId: ['acme', '', 5.5, {}],
  },
  deleteAudience: { uri: ['', 'x y', 'x\0', '\u00fc', 'x'.repeat(256)] },
  setServiceAccountsPermissions: { permissions: [...permissionLists, null, undefined] },
  rotateServiceAccountSecrets: { overlapSeconds: overlaps },
  revokeAllServiceAccountSecrets: { createdBefore: ['tomorrow', '2020-01-01', true, {}] },
};

const badKeys = [
  '',
  '-team',
  'team.',
  'te am',
  'x'.repeat(64),
  '__proto__',
  't\u00e9am',
  'te\u200bam',
  5,
  null,
];

/** Wrong labels, each with the field that the error names. */
export const wrongLabels: [string, unknown][] = [
  ...badKeys.map((key): [string, unknown] => ['labels.0.key', [{ key, value: 'x' }]]),
  ['labels.0.key', [{ value: 'x' }]],
  ['labels.0.value', [{ key: 'team' }]],
  ['labels.0.value', [{ key: 'team', value: null }]],
  ['labels.0.value', [{ key: 'team', value: 'x'.repeat(256) }]],
  ['labels.1.value', ['a', 'b\u202e'].map((value) => ({ key: value.charAt(0), value }))],
  ['labels.0.color', [{ key: 'team', value: 'x', color: 'red' }]],
  ['labels.0', [null]],
  ['labels', ['x', 'y'].map((value) => ({ key: 'same', value }))],
];

const badRealms = ['', 'nowhere', 'ACME', ' acme', 'acme\0', '__proto__', 5, null];
const badExternalIds = [
  '',
  ' ',
  ' x',
  'x\n',
  'x\u00a0',
  '\u3000x',
  'x'.repeat(256),
  '\u{1f680}'.repeat(256),
  ...[0x00, 0x0a, 0x1b, 0x7f, 0x85, 0x200b, 0xd83d].map((code) => `a${String.fromCharCode(code)}b`),
  5,
  null,
];

/** Wrong external IDs of a tenant, each with the field that the error names. */
export const wrongExternalIds: [string, unknown][] = [
  ...badRealms.map((realm): [string, unknown] => ['externalIds.0.realm', [{ realm, id: 'x' }]]),
  ...badExternalIds.map((id): [string, unknown] => ['externalIds.0.id', [{ realm: 'acme', id }]]),
  ['externalIds.0.realm', [{ id: 'x' }]],
  ['externalIds.0.id', [{ realm: 'acme' }]],
  ['externalIds.0.color', [{ realm: 'acme', id: 'x', color: 'red' }]],
  ['externalIds.0', [null]],
  ['externalIds.1.id', ['x', ' y'].map((id) => ({ realm: 'acme', id }))],
  ['externalIds.2.id', ['x', 'y', 'x'].map((id) => ({ realm: 'acme', id }))],
];

const uuid = randomUUID();

const idsUnlike = (prefix: string, other: string): string[] => [
  uuid,
  `${other}-${uuid}`,
  `${prefix}-${uuid} `,
  `${prefix}-${uuid}\0`,
  `${prefix}-${'x'.repeat(2_000)}`,
];

/** Wrong ids by argument, which can also stand in a path. */
export const wrongIds: Record<string, readonly string[]> = {
  id: idsUnlike('sa', 'secret'),
  secretId: idsUnlike('secret', 'sa'),
  keyId: idsUnlike('key', 'secret'),
  trustId: idsUnlike('trust', 'key'),
  clientId: [
    'sa_client_0123456789aB',
    'sa_client_0123456789abc',
    'sa_client_0123456789ab\n',
    `sa-${uuid}`,
    'x'.repeat(2_000),
  ],
  'id of a tenant': [
    'acme',
    `sa-${uuid}`,
    `${uuid} `,
    `${uuid}\0`,
    uuid.slice(1),
    uuid.replaceAll('-', ''),
    'x'.repeat(2_000),
  ],
  'id of node': [
    uuid,
    'sa-',
    'secret-1',
    'key-1',
    'trust-1',
    'audit-',
    `sa_client_${uuid}`,
    `tenant-${uuid}`,
    `__proto__-${uuid}`,
  ],
};

/** Wrong ids that cannot stand in a path. */
export const wrongIdValues: readonly unknown[] = ['', null, {}];

/** Returns wrong lists of ids for a bulk operation. */
export const wrongIdLists = (id: string): readonly unknown[] => [
  [],
  null,
  undefined,
  many(101, () => `sa-${randomUUID()}`),
  [id, id],
  [id, `SA-${id.slice(3).toUpperCase()}`],
];

const label = (index: number) => ({ key: `key${index}`, value: 'x'.repeat(255) });

/** Values that are just within the bounds. */
export const rightArgs: [string, Args][] = [
  ['updateServiceAccount', { name: 'x'.repeat(100) }],
  ['updateServiceAccount', { name: '\u26a0\ufe0f caf\u00e9\u00a0\u0e01\u0e33 \u{1f680}' }],
  ['updateServiceAccount', { description: 'x'.repeat(1000), owner: '', labels: many(32, label) }],
  ['updateServiceAccount', { description: null, owner: null, contact: null, labels: null, expiresAt: null }],
  ['updateServiceAccount', { tokenLifetimeSeconds: 60 }],
  ['updateServiceAccount', { tokenLifetimeSeconds: 3600 }],
  ['updateServiceAccount', { tokenLifetimeSeconds: null }],
  ['updateServiceAccount', { ipAllowlist: many(50, (index) => `192.0.2.${index}`) }],
  ['updateServiceAccount', { ipAllowlist: ['0.0.0.0/0', '::/0'] }],
  ['updateServiceAccount', { ipAllowlist: [] }],
  ['updateServiceAccount', { labels: [{ key: 'x'.repeat(63), value: '' }], expectedVersion: null }],
  ['updateServiceAccount', { expiresAt: '9999-12-31T23:59:59.999Z', owner: 'x'.repeat(255) }],
  ['setServiceAccountPermissions', { permissions: [] }],
  ['rotateServiceAccountSecret', { overlapSeconds: 0 }],
  ['rotateServiceAccountSecret', { overlapSeconds: 2_592_000 }],
  ['rotateServiceAccountSecret', { overlapSeconds: null }],
  ['createServiceAccountSecret', { expiresAt: null }],
  ['addServiceAccountKey', { expiresAt: null }],
  ['addServiceAccountTrust', { audience: 'x'.repeat(255) }],
  ['addServiceAccountTrust', { audience: null, claims: null, expiresAt: null }],
  ['addServiceAccountTrust', { claims: many(5, (index) => ({ name: `/a~1b/${index}`, value: 'x' })) }],
  ['setServiceAccountsPermissions', { permissions: [] }],
  ['rotateServiceAccountSecrets', { overlapSeconds: null }],
  ['revokeAllServiceAccountSecrets', { createdBefore: null }],
  ['setAudience', { uri: `https://x.example.com/${'x'.repeat(233)}`, name: 'x'.repeat(100), tenantId: null }],
  ['setTenantSecretMaxAge', { days: 1 }],
  ['setTenantSecretMaxAge', { days: 3650 }],
  ['setTenantSecretMaxAge', { days: null }],
  ['setTenantMaxTokenLifetime', { seconds: 60 }],
  ['setTenantMaxTokenLifetime', { seconds: 3600 }],
  ['setTenantMaxTokenLifetime', { seconds: null }],
  [
    'updateTenant',
    { name: 'x'.repeat(100), serviceAccountLimit: 0, secretMaxAgeDays: 1, maxTokenLifetimeSeconds: 60 },
  ],
  [
    'updateTenant',
    { serviceAccountLimit: 2 ** 31 - 1, secretMaxAgeDays: 3650, maxTokenLifetimeSeconds: 3600 },
  ],
  ['updateTenant', { secretMaxAgeDays: null, maxTokenLifetimeSeconds: null }],
  ['updateTenant', { externalIds: [] }],
  [
    'updateTenant',
    { externalIds: many(50, (index) => ({ realm: 'acme', id: `${index}`.padEnd(255, 'x') })) },
  ],
  [
    'updateTenant',
    {
      externalIds: ['\u{1f680}'.repeat(255), 'a b', 'cafe\u0301', '\u00e9'].map((id) => ({
        realm: 'partner',
        id,
      })),
    },
  ],
  ['tenants', { first: 1 }],
  ['tenants', { first: 100 }],
  ['serviceAccounts', { first: 1 }],
  ['serviceAccounts', { first: 100 }],
];
