import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.js';
import { StartError } from '../../src/platform/start-error.js';
import { createIssuer } from '../harness/issuer.js';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const goodRealms = join(folder, 'realms.json');
const badRealms = join(folder, 'bad-realms.json');
const pepper = () => randomBytes(32).toString('base64');
const key = pepper();
const env = {
  NODE_ENV: 'production',
  REALMS_FILE: goodRealms,
  SECRET_PEPPERS: `v1:${key}`,
  KEY_ENCRYPTION_KEYS: `v1:${key}`,
  PUBLIC_URL: 'https://gateway.example.com',
};

beforeAll(async () => {
  const { issuer, audience, jwks } = await createIssuer('acme');
  const write = (file: string, fields: object) => {
    const realms = [{ name: 'acme', issuer, audience, jwks, ...fields }];
    writeFileSync(file, JSON.stringify({ default: 'acme', realms }));
  };
  write(goodRealms, {});
  write(badRealms, { audience: '', algorithms: ['HS256'] });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the lines of the message that the operator reads, one for each fault. */
function faults(overrides: NodeJS.ProcessEnv): string[] {
  try {
    readConfig({ ...env, ...overrides });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    const [first, ...rest] = (error as StartError).message.split('\n  ');
    expect(first).toBe('The configuration is invalid:');
    return rest;
  }
}

test('what may be omitted has defaults', () => {
  expect(readConfig(env)).toEqual({
    production: true,
    port: 4000,
    host: '127.0.0.1',
    publicUrl: 'https://gateway.example.com',
    databaseUrl: undefined,
    databasePrepared: 'auto',
    dataDir: resolve('data'),
    serviceAccountLimit: 100,
    rateLimits: {
      caller: 6000,
      address: 12_000,
      anonymous: 300,
      oauthAddress: 30_000,
      client: 12_000,
      clientRevocations: 600,
      wrongSecrets: 30,
      tenantChanges: 10_000,
      tenantAuditBytes: 15_000_000,
      store: 'memory',
    },
    auditRetentionDays: undefined,
    tokens: { audience: undefined, lifetime: 600, algorithm: 'ES256', keyDays: 30 },
    metrics: { port: undefined, token: undefined },
    trustProxy: 0,
    corsOrigins: [],
    introspection: true,
    graphqlIde: false,
    developmentMode: false,
    generated: [],
    apiDocs: true,
    secretScanning: false,
    logLevel: 'info',
    realmsFile: goodRealms,
    workloadIssuers: [],
    realms: expect.objectContaining({ default: 'acme' }),
    peppers: [{ version: 'v1', key: Buffer.from(key, 'base64') }],
    keyEncryptionKeys: [{ version: 'v1', key: Buffer.from(key, 'base64') }],
  });
});

// biome-ignore format: each row stays on its line
const good: [NodeJS.ProcessEnv, object][] = [
  [{ PORT: '0' }, { port: 0 }],
  [{ PORT: '65535' }, { port: 65535 }],
  [{ PORT: '' }, { port: 4000 }],
  [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
  [{ PUBLIC_URL: 'https://example.com/' }, { publicUrl: 'https://example.com' }],
  [{ PUBLIC_URL: 'https://example.com/gateway//' }, { publicUrl: 'https://example.com/gateway' }],
  [{ PUBLIC_URL: 'https://example.com:80/Gateway/a%20b' }, { publicUrl: 'https://example.com:80/Gateway/a%20b' }],
  [{ PUBLIC_URL: 'https://[2001:db8::1]:8443/1' }, { publicUrl: 'https://[2001:db8::1]:8443/1' }],
  [{ DATABASE_URL: 'postgresql://db/gateway' }, { databaseUrl: 'postgresql://db/gateway' }],
  [{ DATABASE_PREPARED: 'on' }, { databasePrepared: 'on' }],
  [{ DATABASE_PREPARED: 'off' }, { databasePrepared: 'off' }],
  [{ DATA_DIR: '/var/lib/gateway' }, { dataDir: '/var/lib/gateway' }],
  [{ SERVICE_ACCOUNT_LIMIT: '0' }, { serviceAccountLimit: 0 }],
  [{ RATE_LIMIT_CALLER: '0' }, { rateLimits: { caller: 0, address: 12_000 } }],
  [{ RATE_LIMIT_ADDRESS: '1000000' }, { rateLimits: { caller: 6000, address: 1_000_000 } }],
  [{ RATE_LIMIT_ANONYMOUS: '0' }, { rateLimits: { anonymous: 0 } }],
  [{ RATE_LIMIT_OAUTH_ADDRESS: '0' }, { rateLimits: { oauthAddress: 0 } }],
  [{ RATE_LIMIT_CLIENT: '0' }, { rateLimits: { client: 0 } }],
  [{ RATE_LIMIT_CLIENT_REVOCATIONS: '0' }, { rateLimits: { clientRevocations: 0 } }],
  [{ RATE_LIMIT_STORE: 'postgres' }, { rateLimits: { store: 'postgres' } }],
  [{ RATE_LIMIT_WRONG_SECRETS: '0' }, { rateLimits: { wrongSecrets: 0 } }],
  [{ RATE_LIMIT_TENANT_CHANGES: '0' }, { rateLimits: { tenantChanges: 0 } }],
  [{ RATE_LIMIT_TENANT_AUDIT_BYTES: '500000000' }, { rateLimits: { tenantAuditBytes: 500_000_000 } }],
  [{ TOKEN_AUDIENCE: 'https://api.example.com' }, { tokens: { audience: 'https://api.example.com' } }],
  [{ TOKEN_LIFETIME: '3600' }, { tokens: { lifetime: 3600 } }],
  [{ TOKEN_ALGORITHM: 'EdDSA' }, { tokens: { algorithm: 'EdDSA' } }],
  [{ SIGNING_KEY_DAYS: '365' }, { tokens: { keyDays: 365 } }],
  [{ AUDIT_RETENTION_DAYS: '30' }, { auditRetentionDays: 30 }],
  [{ AUDIT_RETENTION_DAYS: '3650' }, { auditRetentionDays: 3650 }],
  [{ METRICS_PORT: '9464' }, { metrics: { port: 9464 } }],
  [{ METRICS_TOKEN: 'sixteen-or-more!' }, { metrics: { token: 'sixteen-or-more!' } }],
  [{ TRUST_PROXY: '2' }, { trustProxy: 2 }],
  [{ TRUST_PROXY: 'loopback, 10.0.0.0/8,fd00::/8,::1' }, { trustProxy: ['loopback', '10.0.0.0/8', 'fd00::/8', '::1'] }],
  [{ CORS_ORIGINS: 'https://a.example, http://b.example:3000' }, { corsOrigins: ['https://a.example', 'http://b.example:3000'] }],
  [{ INTROSPECTION: 'off' }, { introspection: false }],
  [{ GRAPHQL_IDE: 'on' }, { graphqlIde: true }],
  [{ NODE_ENV: 'development' }, { graphqlIde: true }],
  [{ NODE_ENV: 'development', GRAPHQL_IDE: 'off' }, { graphqlIde: false }],
  [{ API_DOCS: 'off' }, { apiDocs: false }],
  [{ SECRET_SCANNING: 'on' }, { secretScanning: true }],
  [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  [{ ANOTHER: 'variable' }, { port: 4000 }],
];

test.each(good)('%j is read', (overrides, expected) => {
  expect(readConfig({ ...env, ...overrides })).toMatchObject(expected);
});

// biome-ignore format: each row stays on its line
const bad: [string, string[], string][] = [
  ['PORT', ['-1', '65536', '4000.5', '0x10', '4e3', ' 4000', 'http'], 'must be a whole number from 0 to 65535'],
  ['PUBLIC_URL', ['gateway.example.com', 'ftp://example.com', 'https://', 'javascript:alert(1)', 'https://example.com/?a', 'https://example.com/#a', 'https://example.com?', 'https:example.com'], 'must be an http or https URL'],
  ['PUBLIC_URL', ['https://user@example.com', 'https://user:@example.com', 'https://:hunter2@example.com'], 'must not contain a user name or a password'],
  ['DATABASE_URL', ['mysql://db/gateway', 'db:5432'], 'must start with postgres:// or postgresql://, for example postgresql://gateway@db.example.com/gateway'],
  ['DATABASE_PREPARED', ['true', 'ON', 'never'], 'must be "auto", "on" or "off"'],
  ['SERVICE_ACCOUNT_LIMIT', ['-1', '2147483648', 'many'], 'must be a whole number from 0 to 2147483647'],
  ['RATE_LIMIT_CALLER', ['-1', '1000001', 'none'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_ADDRESS', ['-1', '1000001', '1.5'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_ANONYMOUS', ['-1', '1000001', 'off'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_OAUTH_ADDRESS', ['-1', '1000001', 'off'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_CLIENT', ['-1', '1000001', 'off'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_CLIENT_REVOCATIONS', ['-1', '1000001', 'off'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_WRONG_SECRETS', ['-1', '1000001', 'few'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_TENANT_CHANGES', ['-1', '1000001', 'many'], 'must be a whole number from 0 to 1000000'],
  ['RATE_LIMIT_TENANT_AUDIT_BYTES', ['-1', '500000001', '10MB'], 'must be a whole number from 0 to 500000000'],
  ['TOKEN_AUDIENCE', ['two words', 'ä', 'x'.repeat(256)], 'must be 1 to 255 ASCII characters without spaces, for example https://api.example.com'],
  ['AUDIT_RETENTION_DAYS', ['0', '29', '3651', '90d', 'off'], 'must be a whole number from 30 to 3650'],
  ['TOKEN_LIFETIME', ['59', '3601', '10m'], 'must be a whole number from 60 to 3600'],
  ['TOKEN_ALGORITHM', ['RS256', 'es256', 'none', 'HS256'], 'must be "ES256" or "EdDSA"'],
  ['SIGNING_KEY_DAYS', ['0', '366', 'never'], 'must be a whole number from 1 to 365'],
  ['METRICS_PORT', ['0', '65536'], 'must be a whole number from 1 to 65535'],
  ['METRICS_TOKEN', ['fifteen-or-less', 'has a space in it'], 'must be 16 to 255 ASCII characters without spaces; create one with: openssl rand -hex 32'],
  ['RATE_LIMIT_STORE', ['redis', 'Postgres'], 'must be "memory" or "postgres"'],
  ['TRUST_PROXY', ['17', '-1', 'true', 'everything', '10.0.0.1,', '10.0.0.1/'], 'must be the number of proxies, 0 to 16, or a comma-separated list of IP addresses'],
  ['TRUST_PROXY', ['1.2', '300.1.1.1', 'abc.def', '10.0.0.0/33', '10.0.0.0/0', '::1/129'], 'must be the number of proxies, 0 to 16, or a comma-separated list of IP addresses'],
  ['CORS_ORIGINS', ['*', 'https://a.example/', 'a.example', 'https://a.example,', 'null'], 'must be a comma-separated list of origins'],
  ['INTROSPECTION', ['true', 'ON', '1'], 'must be "on" or "off"'],
  ['GRAPHQL_IDE', ['yes'], 'must be "on" or "off"'],
  ['API_DOCS', ['no'], 'must be "on" or "off"'],
  ['SECRET_SCANNING', ['yes'], 'must be "on" or "off"'],
  ['LOG_LEVEL', ['verbose', 'INFO'], 'must be one of fatal, error, warn, info, debug, trace or silent'],
];

describe.each(bad)('%s', (name, values, message) => {
  test.each(values)('is refused as %j, and the message names it', (value) => {
    expect(faults({ [name]: value })).toEqual([expect.stringContaining(`${name}: ${message}`)]);
  });
});

// biome-ignore format: each row stays on its line
test.each([
  ['capitals in the host', 'https://Example.COM/gateway', 'https://example.com/gateway'],
  ['capitals in the scheme', 'HTTPS://example.com', 'https://example.com'],
  ['the default port of https', 'https://example.com:443/gateway', 'https://example.com/gateway'],
  ['the default port of http', 'http://example.com:80', 'http://example.com'],
  ['an empty port', 'https://example.com:/gateway', 'https://example.com/gateway'],
  ['a port with zeros', 'https://example.com:08443', 'https://example.com:8443'],
  ['an empty path segment', 'https://example.com/a//gateway', 'https://example.com/a/gateway'],
  ['an empty path segment at the beginning', 'https://example.com//gateway/', 'https://example.com/gateway'],
  ['a dot segment', 'https://example.com/./gateway', 'https://example.com/gateway'],
  ['two dots at the end', 'https://example.com/gateway/..', 'https://example.com'],
  ['an encoded dot segment', 'https://example.com/a/%2e%2E/gateway', 'https://example.com/gateway'],
  ['a backslash', 'https://example.com\\gateway', 'https://example.com/gateway'],
  ['a blank at the end', 'https://example.com/gateway ', 'https://example.com/gateway'],
  ['a blank in front', ' https://example.com/gateway', 'https://example.com/gateway'],
  ['a blank in the path', 'https://example.com/my gateway', 'https://example.com/my%20gateway'],
  ['a tab', 'https://example.com/gate\tway', 'https://example.com/gateway'],
  ['a letter outside of ASCII in the path', 'https://example.com/gätevej', 'https://example.com/g%C3%A4tevej'],
  ['a letter outside of ASCII in the host', 'https://exämple.com', 'https://xn--exmple-cua.com'],
  ['an encoded letter in the host', 'https://ex%61mple.com', 'https://example.com'],
  ['a short IP address', 'http://127.1:4000', 'http://127.0.0.1:4000'],
  ['a long IPv6 address', 'http://[0:0::1]:4000', 'http://[::1]:4000'],
  ['empty user information', 'https://@example.com', 'https://example.com'],
])('PUBLIC_URL with %s is refused: %j', (_what, value, normalForm) => {
  expect(faults({ PUBLIC_URL: value })).toEqual([
    `PUBLIC_URL: must be written in its normal form, ${normalForm}`,
  ]);
  expect(faults({ PUBLIC_URL: normalForm })).toEqual([]);
});

const looks =
  'SECRET_PEPPERS: must be a list of keys such as v1:<base64>,v2:<base64>, each of 32 bytes or more; create a key with: openssl rand -base64 32';

test.each([
  ['31 bytes', `v1:${randomBytes(31).toString('base64')}`, looks],
  ['a pepper that is too short among valid ones', `v1:${pepper()},v2:c2hvcnQ=`, looks],
  ['no base64', `v1:${'!'.repeat(64)}`, looks],
  ['base64url', `v1:${'-_'.repeat(32)}`, looks],
  ['no version', pepper(), looks],
  ['an empty version', `:${pepper()}`, looks],
  ['a comma at the end', `v1:${pepper()},`, looks],
  ['a version twice', `v1:${pepper()},v1:${pepper()}`, 'SECRET_PEPPERS: contains the version v1 twice'],
])('peppers with %s are refused', (_name, value, message) => {
  expect(faults({ SECRET_PEPPERS: value })).toEqual([message]);
});

test.each([
  ['31 bytes', randomBytes(31)],
  ['33 bytes', randomBytes(33)],
])('a key encryption key of %s is refused', (_name, bytes) => {
  expect(faults({ KEY_ENCRYPTION_KEYS: `v1:${bytes.toString('base64')}` })).toEqual([
    'KEY_ENCRYPTION_KEYS: must be a list of keys such as v1:<base64>,v2:<base64>, each of 32 bytes; create a key with: openssl rand -base64 32',
  ]);
});

test.each([
  [{ TOKEN_AUDIENCE: 'service-account-gateway-of-admins' }, 'service-account-gateway-of-admins'],
  [{}, 'https://gateway.example.com/api'],
])('with %j an audience that a realm accepts is refused', async (overrides, audience) => {
  const { issuer, jwks } = await createIssuer('acme');
  const file = join(folder, 'audience.json');
  writeFileSync(
    file,
    JSON.stringify({ default: 'acme', realms: [{ name: 'acme', issuer, audience, jwks }] }),
  );
  expect(faults({ ...overrides, REALMS_FILE: file })).toEqual([
    `TOKEN_AUDIENCE: must not be ${audience}, which is the audience of the realm acme; choose a URL of your APIs, for example https://api.example.com`,
  ]);
});

test('in development mode, it is that of the development realm', () => {
  const audience = { TOKEN_AUDIENCE: 'service-account-gateway' };
  expect(faults({ ...audience, NODE_ENV: '', REALMS_FILE: '', DATA_DIR: folder })).toEqual([
    'TOKEN_AUDIENCE: must not be service-account-gateway, which is the audience of the realm development; choose a URL of your APIs, for example https://api.example.com',
  ]);
});

test.each([{ METRICS_PORT: '4000' }, { PORT: '5000', METRICS_PORT: '5000' }])(
  '%j is refused: the port has two uses',
  (ports) => {
    expect(faults(ports)).toEqual([
      `METRICS_PORT: must differ from PORT (${ports.METRICS_PORT}), for example 9464`,
    ]);
  },
);

test('every pepper is kept, the last one last', () => {
  const { peppers } = readConfig({ ...env, SECRET_PEPPERS: `v2:${pepper()}, v1:${pepper()}` });
  expect(peppers.map(({ version }) => version)).toEqual(['v2', 'v1']);
});

test('the configuration is frozen', () => {
  const config = readConfig(env);
  expect(Object.isFrozen(config)).toBe(true);
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
});

test('all faults are reported at the same time', () => {
  const found = faults({
    PORT: 'x',
    LOG_LEVEL: 'x',
    SECRET_PEPPERS: '',
    PUBLIC_URL: 'x',
    REALMS_FILE: badRealms,
    WORKLOAD_ISSUERS_FILE: join(folder, 'nowhere.json'),
  });
  expect(found.sort()).toEqual([
    expect.stringMatching(/^LOG_LEVEL: /),
    expect.stringMatching(/^PORT: /),
    expect.stringMatching(/^PUBLIC_URL: /),
    expect.stringContaining(`REALMS_FILE: ${badRealms}: realms[0].algorithms[0]: `),
    expect.stringContaining(`REALMS_FILE: ${badRealms}: realms[0].audience: `),
    expect.stringMatching(/^SECRET_PEPPERS: must be set/),
    `WORKLOAD_ISSUERS_FILE: ${join(folder, 'nowhere.json')}: the file does not exist`,
  ]);
});

test.each([
  { SECRET_PEPPERS: 'hunter2hunter2' },
  { SECRET_PEPPERS: 'v1:hunter2hunter2' },
  { DATABASE_URL: 'mysql://user:hunter2hunter2@db/gateway' },
  { KEY_ENCRYPTION_KEYS: 'v1:hunter2hunter2' },
  { METRICS_TOKEN: 'hunter2 hunter2 hunter2' },
  { PUBLIC_URL: 'ftp://user:hunter2hunter2@gateway' },
  { PUBLIC_URL: 'https://user:hunter2hunter2@gateway' },
  { PUBLIC_URL: 'HTTPS://user:hunter2hunter2@Gateway:443//' },
  { CORS_ORIGINS: 'https://user:hunter2hunter2@gateway' },
])('the message for %j does not hold the value', (overrides) => {
  expect(faults(overrides)).toEqual([expect.not.stringContaining('hunter2')]);
});
