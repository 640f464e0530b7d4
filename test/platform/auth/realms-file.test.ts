import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config/config.js';

const folder = mkdtempSync(join(tmpdir(), 'realms-file-'));
const file = join(folder, 'realms.json');
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = pair.publicKey.export({ format: 'jwk' });
const privateKey = pair.privateKey.export({ format: 'jwk' });
const shortKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });

type Fields = Record<string, unknown>;
const keys = (...jwks: object[]) => ({ jwks: { keys: jwks } });
const acme = { name: 'acme', issuer: 'https://acme.example.com', audience: 'gateway', ...keys(publicKey) };
const grants = { roles: ['tenant_admin'], tenants: '*' };

afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the faults of a file with these fields in the first realm, in the second realm, and around both. */
function faults(first: Fields, second: Fields = {}, around: Fields = {}): string[] {
  const realms = [
    { ...acme, ...first },
    { ...acme, name: 'partner', issuer: 'https://partner.example.com', grants, ...second },
  ];
  return faultsOf(JSON.stringify({ default: 'acme', realms, ...around }));
}

function faultsOf(
  content: string,
  PUBLIC_URL = 'https://gateway.example.com',
  REALMS_FILE = file,
  NODE_ENV = 'production',
): string[] {
  writeFileSync(file, content);
  const SECRET_PEPPERS = `v1:${randomBytes(32).toString('base64')}`;
  try {
    readConfig({ NODE_ENV, REALMS_FILE, SECRET_PEPPERS, KEY_ENCRYPTION_KEYS: SECRET_PEPPERS, PUBLIC_URL });
    return [];
  } catch (error) {
    const prefix = `REALMS_FILE: ${REALMS_FILE}: `;
    const lines = (error as Error).message.split('\n  ').slice(1);
    expect(lines.filter((line) => !line.startsWith(prefix))).toEqual([]);
    return lines.map((line) => line.slice(prefix.length));
  }
}

// biome-ignore format: each row stays on its line
const inFirst: [string, Fields, string][] = [
  ['an unknown key', { sso: {} }, 'realms[0].sso: is not a known key'],
  ['a misspelled key', { grant: {} }, 'realms[0].grant: is not a known key; did you mean grants?'],
  ['a key of another spelling', { jwks_uri: '' }, 'realms[0].jwks_uri: is not a known key; did you mean jwksUri?'],
  ['a key of claims', { tenantRoles: 'groups' }, 'realms[0].tenantRoles: is not a known key; did you mean claims.tenantRoles?'],
  ['another key of claims', { email: 'mail' }, 'realms[0].email: is not a known key; did you mean claims.email?'],
  ['a key of claims and grants', { roles: 'groups' }, 'realms[0].roles: is not a known key; did you mean claims.roles or grants.roles?'],
  ['another key of claims and grants', { tenants: '*' }, 'realms[0].tenants: is not a known key; did you mean claims.tenants or grants.tenants?'],
  ['a key of jwks', { keys: [] }, 'realms[0].keys: is not a known key; did you mean jwks.keys?'],
  ['a URL instead of keys', { jwks: 'https://acme.example.com/keys' }, 'realms[0].jwks: must be of the JSON type object'],
  ['an issuer with another placeholder', { issuer: 'https://login.example.com/{tenantId}/v2.0' }, 'realms[0].issuer: must not contain braces, except in {tenantid}'],
  ['tenants, and an issuer with another placeholder', { issuer: 'https://login.example.com/{tenantId}', issuerTenants: ['a'] }, 'realms[0].issuer: must not contain braces, except in {tenantid}'],
  ['an issuer that starts with white space', { issuer: ' https://acme.example.com' }, 'realms[0].issuer: must not start or end with white space'],
  ['an issuer that ends with white space', { issuer: 'urn:acme\n' }, 'realms[0].issuer: must not start or end with white space'],
  ['an issuer of white space', { issuer: ' ' }, 'realms[0].issuer: must not start or end with white space'],
  ['a list as roleMap', { roleMap: [] }, 'realms[0].roleMap: must be of the JSON type object'],
  ['an audience that is no text', { audience: 1 }, 'realms[0].audience: must be a string or a list of strings'],
  ['a list of no audience', { audience: [] }, 'realms[0].audience: must contain at least one string'],
  ['an audience claim that is no path', { audienceClaim: {} }, 'realms[0].audienceClaim: must be the name of a claim, a path with dots, or a list of keys'],
  ['a required claim that is a list', { requiredClaims: { aud: ['a'] } }, 'realms[0].requiredClaims.aud: must be a string, a number, true or false'],
  ['a word for splitRoles', { splitRoles: 'yes' }, 'realms[0].splitRoles: must be true or false'],
  ['a word for splitTenants', { splitTenants: 'yes' }, 'realms[0].splitTenants: must be true or false'],
  ['a word for externalIdsOnly', { externalIdsOnly: 'yes' }, 'realms[0].externalIdsOnly: must be true or false'],
  ['a word for true', { acceptIdTokens: 'yes' }, 'realms[0].acceptIdTokens: must be true or false'],
  ['a path of no keys', { claims: { roles: [] } }, 'realms[0].claims.roles: must contain at least one string'],
  ['a role that does not exist', { roleMap: { admins: 'admin' } }, 'realms[0].roleMap.admins: must be one of super_admin, tenant_admin, tenant_viewer'],
  ['a value for no role', { roleMap: { '': 'super_admin' } }, 'realms[0].roleMap[""]: must not be empty'],
  ['an empty claim', { requiredClaims: { '': 'x' } }, 'realms[0].requiredClaims[""]: must not be empty'],
  ['an empty key', { '': 1 }, 'realms[0][""]: is not a known key'],
  ['a roleMap that names nothing', { roleMap: {} }, 'realms[0].roleMap: must contain at least one value, because only what it names counts'],
  ['a pattern without a tenant', { claims: { tenantRoles: 'groups' }, tenantRolePatterns: { admins: 'tenant_admin' } }, 'realms[0].tenantRolePatterns.admins: must contain {tenant} exactly once'],
  ['a pattern with two tenants', { claims: { tenantRoles: 'groups' }, tenantRolePatterns: { '{tenant}/{tenant}': 'tenant_admin' } }, 'realms[0].tenantRolePatterns["{tenant}/{tenant}"]: must contain {tenant} exactly once'],
  ['a pattern for super_admin', { claims: { tenantRoles: 'groups' }, tenantRolePatterns: { '{tenant}': 'super_admin' } }, 'realms[0].tenantRolePatterns["{tenant}"]: must be tenant_admin or tenant_viewer'],
  ['patterns for no claim', { tenantRolePatterns: { '{tenant}': 'tenant_admin' } }, 'realms[0].claims.tenantRoles: is required if tenantRolePatterns is given'],
  ['tenants of an issuer that has none', { issuerTenants: ['a'] }, 'realms[0].issuerTenants: can only be used if issuer contains {tenantid}'],
  ['an issuer for all tenants', { issuer: 'https://login.example.com/{tenantid}' }, 'realms[0].issuerTenants: is required if issuer contains {tenantid}'],
  ['an issuer for no tenant', { issuer: 'https://login.example.com/{tenantid}', issuerTenants: [] }, 'realms[0].issuerTenants: must contain at least one ID'],
  ['an issuer for tenants, and no keys', { jwks: undefined, issuer: 'https://login.example.com/{tenantid}', issuerTenants: ['a'] }, 'realms[0].jwksUri: is required if issuer contains {tenantid}'],
  ['a misspelled key in claims', { claims: { role: 'roles' } }, 'realms[0].claims.role: is not a known key; did you mean roles?'],
  ['no issuer', { issuer: '' }, 'realms[0].issuer: '],
  ['no audience', { audience: undefined }, 'realms[0].audience: '],
  ['no algorithm', { algorithms: [] }, 'realms[0].algorithms: '],
  ['a symmetric algorithm', { algorithms: ['ES256', 'HS256'] }, 'realms[0].algorithms[1]: '],
  ['the algorithm none', { algorithms: ['none'] }, 'realms[0].algorithms[0]: '],
  ['no key', keys(), 'realms[0].jwks.keys: '],
  ['a private key', keys(publicKey, privateKey), 'realms[0].jwks.keys[1]: is a private key'],
  ['a shared key', keys({ kty: 'oct', k: 'c2VjcmV0' }), 'realms[0].jwks.keys[0].kty: must be RSA, EC or OKP'],
  ['a key that cannot be read', keys({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }), 'realms[0].jwks.keys[0]: must be a valid public key; an RSA key must have at least 2048 bits'],
  ['a key that is not all there', keys({ kty: 'RSA', e: 'AQAB' }), 'realms[0].jwks.keys[0]: must be a valid public key; an RSA key must have at least 2048 bits'],
  ['a short RSA key', keys(shortKey), 'realms[0].jwks.keys[0]: must be a valid public key; an RSA key must have at least 2048 bits'],
  ['both jwks and jwksUri', { jwksUri: 'https://acme.example.com/keys' }, 'realms[0].jwksUri: cannot be combined with jwks; give only one of the two'],
  ['neither jwks nor jwksUri, and an issuer that is no URL', { jwks: undefined, issuer: 'urn:acme' }, 'realms[0].issuer: must be an http or https URL'],
  ['neither jwks nor jwksUri, and an issuer with a query', { jwks: undefined, issuer: 'https://acme.example.com?realm=acme' }, 'realms[0].issuer: must be an http or https URL without query and fragment'],
  ['neither jwks nor jwksUri, and an issuer with a password', { jwks: undefined, issuer: 'https://a:b@acme.example.com' }, 'realms[0].issuer: must be an http or https URL'],
  ['neither jwks nor jwksUri, and plain http in production', { jwks: undefined, issuer: 'http://acme.example.com' }, 'realms[0].issuer: must be an https URL in production'],
  ['plain http in production', { jwks: undefined, jwksUri: 'http://acme.example.com/keys' }, 'realms[0].jwksUri: must be an https URL in production'],
  ['a host that only begins like loopback', { jwks: undefined, jwksUri: 'http://127.0.0.1.example.com/keys' }, 'realms[0].jwksUri: must be an https URL in production'],
  ['a password in jwksUri', { jwks: undefined, jwksUri: 'https://a:b@acme.example.com/keys' }, 'realms[0].jwksUri: must not contain a user name or a password'],
  ['a jwksUri that is a file', { jwks: undefined, jwksUri: 'file:///etc/passwd' }, 'realms[0].jwksUri: must be an http or https URL'],
];

test('the id of a tenant is a UUID of any version, as in the x-tenantid header', () => {
  const tenants = ['11111111-1111-1111-1111-111111111111'];
  expect(faults({}, { grants: { roles: ['tenant_admin'], tenants } })).toEqual([]);
});

test.each(inFirst)('a realm with %s is refused', (_name, fields, message) => {
  expect(faults(fields)).toEqual([expect.stringContaining(message)]);
});

// biome-ignore format: each row stays on its line
test.each<[string, Fields]>([
  ['with no more than an https issuer', { jwks: undefined }],
  ['with a jwksUri', { jwks: undefined, jwksUri: 'https://keys.example.com/' }],
  ['with plain http on localhost', { jwks: undefined, jwksUri: 'http://localhost:8080/keys' }],
  ['with plain http on 127.0.0.1', { jwks: undefined, issuer: 'http://127.0.0.1:8080' }],
  ['with plain http on [::1]', { jwks: undefined, jwksUri: 'http://[::1]:8080/keys' }],
  ['with keys, and an issuer that is no URL', { issuer: 'urn:acme' }],
  ['with keys, and an issuer of plain http', { issuer: 'http://acme.example.com' }],
])('a realm %s is taken', (_name, fields) => {
  expect(faults(fields)).toEqual([]);
});

// biome-ignore format: each row stays on its line
const inSecond: [string, Fields, string][] = [
  ['no grants, without being the default', { grants: undefined }, 'realms[1].grants: is required; only the default realm may omit it'],
  ['super_admin in some tenants', { grants: { roles: ['super_admin'], tenants: [] } }, 'realms[1].grants.tenants: must be "*" if roles contains super_admin'],
  ['an unknown role', { grants: { roles: ['owner'], tenants: '*' } }, 'realms[1].grants.roles[0]: '],
  ['a tenant that is no UUID', { grants: { roles: [], tenants: ['acme'] } }, 'realms[1].grants.tenants[0]: must be a UUID'],
  ['a list for all tenants', { grants: { roles: [], tenants: ['*'] } }, 'realms[1].grants.tenants[0]: must be a UUID; for all tenants, use "*" instead of a list'],
  ['a word for tenants', { grants: { roles: [], tenants: 'all' } }, 'realms[1].grants.tenants: must be a list of UUIDs, or "*"'],
  ['grants without tenants', { grants: { roles: [] } }, 'realms[1].grants.tenants: must be a list of UUIDs, or "*"'],
  ['the name of another', { name: 'acme' }, 'realms[1].name: is already the name of another realm'],
  ['a name that no header can hold', { name: 'a b' }, 'realms[1].name: must be 1 to 64 letters'],
];

test.each(inSecond)('a realm with %s is refused', (_name, fields, message) => {
  expect(faults({}, fields)).toEqual([expect.stringContaining(message)]);
});

const entra = {
  issuer: 'https://login.example.com/{tenantid}/v2.0',
  jwks: undefined,
  jwksUri: 'https://login.example.com/keys',
};
const one = { ...entra, issuer: 'https://login.example.com/a/v2.0' };

// biome-ignore format: each row stays on its line
test.each<[string, Fields, Fields]>([
  ['the same audience', {}, {}],
  ['one audience in common', { audience: ['gateway', 'app'] }, { audience: ['other', 'app'] }],
  ['different audiences in different claims', { audience: 'a' }, { audience: 'b', audienceClaim: 'client_id' }],
  ['paths of the audience that may be one', { audienceClaim: 'a.b' }, { audience: 'other', audienceClaim: ['a', 'b'] }],
  ['the same audience, and required claims of one only', {}, { requiredClaims: { typ: 'Bearer' } }],
  ['the same required claims', { requiredClaims: { typ: 'Bearer' } }, { requiredClaims: { typ: 'Bearer' } }],
  ['different required claims that a token can have together', { requiredClaims: { typ: 'Bearer' } }, { requiredClaims: { azp: 'app' } }],
  ['a required claim with a name that all objects have', {}, { requiredClaims: { constructor: 'app' } }],
  ['different keys', {}, { jwks: undefined, jwksUri: 'https://acme.example.com/keys' }],
  ['different algorithms', { algorithms: ['ES256'] }, { algorithms: ['RS256'] }],
  ['different claims and grants', {}, { claims: { roles: 'groups' }, grants: { roles: [], tenants: [] } }],
  ['a tenant of the identity provider in common', { ...entra, issuerTenants: ['a', 'b'] }, { ...entra, issuerTenants: ['b'] }],
  ['the issuer of one of several tenants', { ...entra, issuerTenants: ['a', 'b'] }, one],
])('two realms with one issuer and %s are refused', (_name, first, second) => {
  expect(faults(first, { issuer: acme.issuer, ...second })).toEqual([
    'realms[1]: the realm partner must not accept the same tokens as acme, because callers could choose the realm that ' +
      'grants more with the header realmname; give the realms different audiences in the same audienceClaim, or ' +
      'requiredClaims with different values of the same claim',
  ]);
});

// biome-ignore format: each row stays on its line
test.each<[string, Fields, Fields]>([
  ['different audiences', { audience: 'a' }, { audience: 'b' }],
  ['different lists of audiences', { audience: ['a', 'b'] }, { audience: ['c', 'd'] }],
  ['different audiences in one claim, written in two ways', { audience: 'a', audienceClaim: 'azp' }, { audience: 'b', audienceClaim: ['azp'] }],
  ['different values of a required claim', { requiredClaims: { typ: 'Bearer', azp: 'a' } }, { requiredClaims: { azp: 'b' } }],
  ['values of a required claim that differ in their type', { requiredClaims: { level: 1 } }, { requiredClaims: { level: '1' } }],
  ['different tenants of the identity provider', { ...entra, issuerTenants: ['a'] }, { ...entra, issuerTenants: ['b'] }],
  ['the issuer of another tenant', { ...entra, issuerTenants: ['b'] }, one],
])('two realms with one issuer and %s are taken', (_name, first, second) => {
  expect(faults(first, { issuer: acme.issuer, ...second })).toEqual([]);
});

test('a realm that accepts the tokens of several others has one fault, which names them', () => {
  const realm = (name: string, more: Fields = {}) => ({ ...acme, name, grants, ...more });
  const realms = [realm('acme'), realm('b', { audience: 'b' }), realm('c', { audience: ['b', 'gateway'] })];
  expect(faultsOf(JSON.stringify({ default: 'acme', realms }))).toEqual([
    expect.stringMatching(/^realms\[2\]: the realm c must not accept the same tokens as acme, b, /),
  ]);
});

test('a default that names none of the realms is refused', () => {
  expect(faults({ grants }, {}, { default: 'nobody' })).toEqual([
    'default: must be the name of one of the realms: acme, partner',
  ]);
});

test.each(['nobody', undefined])('grants are not required while the default is %s', (name) => {
  expect(faults({}, { grants: undefined }, { default: name })).toEqual([
    name ? 'default: must be the name of one of the realms: acme, partner' : 'default: is required',
  ]);
});

test('a default is not compared with names of which none is valid', () => {
  expect(faults({ name: 'a b' }, { name: undefined })).toEqual([
    expect.stringMatching(/^realms\[0\]\.name: must be 1 to 64 letters/),
    'realms[1].name: is required',
  ]);
});

test('an unknown key around the realms is refused', () => {
  expect(faults({}, {}, { version: 1 })).toEqual(['version: is not a known key']);
});

test('all faults of a file are reported at the same time', () => {
  expect(faults({ audience: '' }, { extra: 1 }, { default: 'nobody' })).toHaveLength(3);
  expect(faults({ audience: '' }, { grants: undefined, extra: 1 })).toHaveLength(3);
  expect(
    faults(
      { audience: undefined, jwks: undefined, issuer: 'http://acme.example.com' },
      { issuer: 'https://gateway.example.com/oauth2', grants: { roles: ['super_admin'], tenants: [] } },
    ),
  ).toEqual([
    'realms[0].audience: is required',
    'realms[0].issuer: must be an https URL in production, except on a loopback address',
    expect.stringMatching(/^realms\[1\]\.grants\.tenants: must be "\*"/),
    expect.stringMatching(/^realms\[1\]\.issuer: must not be the gateway itself/),
  ]);
});

test.each([
  ['super_admin', '*'],
  ['tenant_admin', []],
])('a realm may grant %s in %j', (role, tenants) => {
  expect(faults({}, { grants: { roles: [role], tenants } })).toEqual([]);
});

test('the gateway itself as an issuer is refused at an IPv6 address, too', () => {
  writeFileSync(
    file,
    JSON.stringify({ default: 'acme', realms: [{ ...acme, issuer: 'http://[::1]:4000/oauth2' }] }),
  );
  expect(() => readConfig({ REALMS_FILE: file, HOST: '::1' })).toThrow(
    'realms[0].issuer: must not be the gateway itself',
  );
});

test.each(['', '/', '/oauth2', '/oauth2/'])(
  'the gateway itself as an issuer is refused: PUBLIC_URL%s',
  (path) => {
    const issuer = `https://gateway.example.com${path}`;
    const content = JSON.stringify({ default: 'acme', realms: [{ ...acme, issuer }] });
    for (const publicUrl of ['https://gateway.example.com', 'https://gateway.example.com/']) {
      expect(faultsOf(content, publicUrl)).toEqual([
        'realms[0].issuer: must not be the gateway itself, because its access tokens are for machines, not for administrators',
      ]);
    }
  },
);

test('outside production keys may come over plain http', () => {
  const realms = [
    { ...acme, jwks: undefined, issuer: 'http://acme.example.com' },
    { ...acme, name: 'partner', grants, jwks: undefined, jwksUri: 'http://partner.example.com/keys' },
  ];
  const content = JSON.stringify({ default: 'acme', realms });
  expect(faultsOf(content, undefined, undefined, 'staging')).toEqual([]);
});

test('a file that is not there is refused', () => {
  expect(faultsOf('', undefined, '/nowhere/realms.json')).toEqual(['the file does not exist']);
});

test.each([
  ['a directory', folder, 'is a directory, not a file'],
  ['unreadable', join(file, 'realms.json'), 'cannot be read (ENOTDIR)'],
])('a file that is %s is refused', (_what, path, fault) => {
  expect(faultsOf('', undefined, path)).toEqual([fault]);
});

test.each(['', '{"default": ', '[]', 'null', '{}', '{"realms": []}'])(
  'a file with %j in it is refused',
  (content) => {
    expect(faultsOf(content)).not.toEqual([]);
  },
);

test.each([
  ['{\n  "default": "acme"\n  "realms": []\n}', 'comma expected at line 3, column 3'],
  ['{ "default": "acme", }', 'property name expected at line 1, column 22'],
  ['{ "default": "acme" // us\n}', 'invalid comment token at line 1, column 21'],
  ['{ "default": acme }', 'invalid symbol at line 1, column 14'],
  ['', 'value expected at line 1, column 1'],
])('invalid JSON is reported with its place: %j', (content, fault) => {
  expect(faultsOf(content)).toEqual([`must be valid JSON: ${fault}`]);
});

test('a key that is there twice is reported with its place, and not ignored', () => {
  const content = JSON.stringify({ default: 'acme', realms: [{ ...acme, roleMap: { a: 'tenant_viewer' } }] })
    .replace('"a":', '"a":"super_admin",\n "\\u0061":')
    .replace('{', '{"default":"partner",');
  expect(faultsOf(content)).toEqual([
    'default: must not be there twice; the second is at line 1, column 22',
    'realms[0].roleMap.a: must not be there twice; the second is at line 2, column 2',
  ]);
});

test('a key that JavaScript would ignore is refused', () => {
  const content = JSON.stringify({ default: 'acme', realms: [{ ...acme, requiredClaims: { proto: 'x' } }] });
  expect(faultsOf(content.replace('"proto"', '"__proto__"'))).toEqual([
    'realms[0].requiredClaims.__proto__: must not be used as a key; it is at line 1, column ' +
      `${content.indexOf('"proto"') + 1}`,
  ]);
});

test('a file that is nested too deeply is refused', () => {
  expect(faultsOf('['.repeat(200_000))).toEqual(['must be valid JSON that is not nested deeply']);
});

test('a file may start with a byte order mark', () => {
  expect(faultsOf(`\uFEFF${JSON.stringify({ default: 'acme', realms: [acme] })}`)).toEqual([]);
});

test('a message tells nothing of the keys in the file', () => {
  const { d = '' } = privateKey;
  expect(faults(keys(privateKey)).join()).not.toContain(d.slice(0, 8));
  for (const content of [d, `{ ${d} }`, `{ "d": ${d} }`, `{ "d": "${d}" "x" }`, `{ "d": "${d}\n" }`]) {
    expect(faultsOf(content)).toHaveLength(1);
    expect(faultsOf(content).join()).not.toContain(d.slice(0, 5));
  }
});
