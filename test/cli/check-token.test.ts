import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { Gateway } from '../harness/gateway.js';
import { startGatewayWith } from '../harness/gateway-with.js';
import { createIssuer, type Issuer } from '../harness/issuer.js';
import { encode, es256, forge, powerfulClaims } from '../platform/auth/forge.js';
import { type KeyServer, startKeyServer } from '../platform/auth/key-server.js';

const folder = mkdtempSync(join(tmpdir(), 'check-token-'));
const acme = '3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be001';
const beta = '3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be002';
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

let gateway: Gateway;
let staff: Issuer;
let stranger: Issuer;
let broken: KeyServer;

beforeAll(async () => {
  [staff, stranger] = await Promise.all([createIssuer('staff'), createIssuer('stranger')]);
  broken = await startKeyServer((_request, response) => void response.end('no keys'));
  const realm = {
    issuer: staff,
    audience: ['service-account-gateway', 'admin-app'],
    claims: { roles: 'groups', tenants: 'organization', tenantRoles: 'memberships' },
    roleMap: { 'SAG Tenant Admins': 'tenant_admin', 'SAG Owners': 'super_admin' },
  };
  gateway = await startGatewayWith({
    staff: realm,
    partner: { ...realm, audience: undefined, grants: { roles: ['tenant_admin'], tenants: [beta] } },
    broken: { issuer: stranger, jwksUri: broken.url },
    dots: { issuer: staff, claims: { roles: 'resource_access.gateway.acme.com.roles' } },
    strict: { issuer: staff, requiredClaims: { email_verified: true } },
    plain: { issuer: staff, claims: { tenantRoles: 'teams' } },
  });
  await gateway.createTenant({ id: acme, name: 'Acme Corporation' });
  await gateway.createTenant({ id: beta, name: 'Beta' });
  await gateway.sql(
    `insert into tenant_external_id (realm, external_id, tenant_id) values ('staff', 'acme', $1)`,
    [acme],
  );
});
afterAll(async () => {
  await gateway.close();
  await broken.close();
  rmSync(folder, { recursive: true });
});

/** Runs `npm run check-token` without the build, and fails if it prints the token. */
async function check(token: string, args: string[] = [], input = token, more: NodeJS.ProcessEnv = {}) {
  const { PATH } = process.env;
  const command = [resolve('dist/src/cli/check-token.js'), ...args];
  const env = { ...gateway.env, PATH, DATA_DIR: join(folder, 'data'), ...more };
  const child = spawn(process.execPath, command, { cwd: folder, env });
  child.stdin.end(input);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  for (const part of token.split('.')) if (part.length > 20) expect(stdout + stderr).not.toContain(part);
  return { stdout, stderr, status };
}

/** Returns a report as one line, because the command wraps sentences. */
const flat = (text: string) => text.replace(/\s+/g, ' ');
const good = { groups: ['SAG Tenant Admins', 'Everyone'], organization: ['acme'] };

test('it explains a token that allows something', async () => {
  const ada = { aud: staff.audience, sub: 'ada', name: 'Ada', email: 'ada@example.com' };
  const token = await staff.sign({ ...good, ...ada });
  const { stdout, stderr, status } = await check(token);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  for (const line of [
    /^ok {5}Realm +staff, the default realm; staff, partner, dots, strict, plain have the same issuer/m,
    /^ok {5}Issuer +https:\/\/staff\.example\.com$/m,
    /^ok {5}Audience +service-account-gateway$/m,
    /^ok {5}Time +expires \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m,
    /^ok {5}Key +staff-key, ES256$/m,
    /Caller +ada \(Ada, ada@example\.com\)$/m,
    /Roles +in the claim groups$/m,
    /counts: {2}SAG Tenant Admins → tenant_admin$/m,
    /dropped: Everyone is not in roleMap$/m,
    new RegExp(`counts: {2}acme → ${acme} \\(Acme Corporation\\)$`, 'm'),
    /Tenant roles +in the claim memberships\n +The token has no such claim\.$/m,
    /Allows +in the tenant Acme Corporation\n +tenant_admin: (.|\n)*createServiceAccount/,
    /^The gateway accepts this token\.\n$/m,
    /^ {7}Realms file +\/.*realms\.json$/m,
  ])
    expect(stdout).toMatch(line);
});

test('it takes the token as an argument, or with its scheme from standard input', async () => {
  const token = await staff.sign(good);
  const expected = await check(token);
  expect(await check(token, [token], '')).toEqual(expected);
  expect(await check(token, [], `Bearer ${token}\n`)).toEqual(expected);
});

test('it says what a super_admin may do', async () => {
  const { stdout, status } = await check(await staff.sign({ groups: ['SAG Owners'] }));
  expect(status).toBe(0);
  expect(stdout).toMatch(/Allows +in every tenant\n +super_admin: (.|\n)*createTenant/);
  expect(stdout).toMatch(/\nThe gateway accepts this token\.\n$/);
});

describe('it says what to change if', () => {
  // biome-ignore format: each row stays on its line
  const wrong: [string, () => JWTPayload, string[], string[]][] = [
    ['the issuer has a slash too many', () => ({ ...good, iss: 'https://staff.example.com/' }), [], ['Realm staff, whose issuer is the most similar one; no realm has the issuer of the token FAULT Issuer https://staff.example.com/ Unexpected "iss" claim value. The realm staff has the issuer https://staff.example.com. They must be equal', 'Key not checked, because of the fault of the issuer']],
    ['no realm has such an issuer', () => ({ ...good, iss: 'https://sts.windows.net/72f988bf/' }), [], ['FAULT Realm No realm has the issuer https://sts.windows.net/72f988bf/. Add a realm for it to the realms file, or correct the issuer of a realm. The issuers are https://staff.example.com, https://stranger.example.com. Claims']],
    ['the audience is in another claim', () => ({ ...good, aud: undefined, client_id: 'admin-app' }), [], ['FAULT Audience none Missing required "aud" claim. The realm accepts service-account-gateway, admin-app in the claim aud. The claim client_id contains it: set audienceClaim to client_id']],
    ['there is no audience', () => ({ ...good, aud: undefined }), [], ['Let the identity provider add it, or set audienceClaim in the realms file']],
    ['the keys of a claim contain dots', () => ({ resource_access: { 'gateway.acme.com': { roles: ['tenant_admin'] } } }), ['--realm', 'dots'], ['Roles in the claim resource_access.gateway.acme.com.roles The token has no such claim, but one whose keys contain dots: use the list ["resource_access", "gateway.acme.com", "roles"].']],
    ['a required claim has another type', () => ({ email_verified: 'true' }), ['--realm', 'strict'], ['FAULT Required claims email_verified: "true" Unexpected', 'The realm requires {"email_verified":true}']],
    ['a time is no number', () => ({ ...good, iat: 'now' }) as unknown as JWTPayload, [], ['FAULT Time expires ', 'The "iat" claim must be a number. Let the identity provider issue access tokens that have these claims as numbers']],
    ['the token does not expire', () => ({ ...good, exp: undefined }), [], ['FAULT Time expires unknown The token has no "exp" claim', 'Let the identity provider issue']],
    ['several tenants are in a text', () => ({ ...good, organization: 'acme, beta' }), [], ['dropped: acme, beta is not an external ID of a tenant in this realm, and not the UUID of a tenant; only splitTenants separates several names in a text', 'None of the names means a tenant: a super_admin gives a tenant the whole text as its external ID, or set splitTenants']],
    ['a name of a tenant in a list has a space', () => ({ ...good, organization: ['acme 2'] }), [], ['dropped: acme 2 is not an external ID of a tenant in this realm, and not the UUID of a tenant Tenant roles', 'a super_admin gives a tenant such a name']],
    ['several roles are in a text', () => ({ ...good, groups: 'Everyone, SAG Tenant Admins' }), [], ['dropped: Everyone, SAG Tenant Admins is not in roleMap; only splitRoles separates several values in a text', 'None of its values means a role: map the whole text in roleMap, or set splitRoles if texts contain several values.']],
    ['several roles are in a text, and there is no roleMap', () => ({ roles: 'tenant_admin,tenant_viewer' }), ['--realm', 'plain'], ['dropped: tenant_admin,tenant_viewer is not a role (super_admin, tenant_admin, tenant_viewer); only splitRoles separates', 'or set splitRoles if texts']],
    ['roles of tenants are in a text with JSON', () => ({ teams: '{"acme":["tenant_admin"]}' }), ['--realm', 'plain'], ['None of its values means a role: set tenantRolePatterns to a pattern that matches the whole text, or set splitRoles if texts contain several values.']],
    ['a name of a tenant is too long', () => ({ ...good, organization: ['x'.repeat(600)] }), [], ['… is too long for an external ID']],
    ['the issuer is no text', () => ({ ...good, iss: 5 }) as unknown as JWTPayload, [], ['FAULT Realm The token has no text as its iss claim.']],
    ['the token is too long', () => ({ ...good, more: 'x'.repeat(20_000) }), [], ['The gateway responds with 431 to this token: The URL and all headers can have at most 16384 bytes together.']],
    ['a time is no number, and the audience is wrong', () => ({ ...good, nbf: 'now', aud: 'account' }) as unknown as JWTPayload, [], ['FAULT Audience', 'FAULT Time']],
    ['there are no patterns for texts', () => ({ teams: ['acme-admins'] }), ['--realm', 'plain'], ['None of its values means a role: set tenantRolePatterns']],
    ['roles hold only where there is no tenant', () => ({ organization: ['acme'], memberships: { '3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be003': ['SAG Tenant Admins'] } }), [], ['Allows only the viewer query', 'but it allows nothing. Its roles hold only in tenants that do not exist.']],
    ['the audience is that of another API', () => ({ ...good, aud: 'account' }), [], ['FAULT Audience account Unexpected "aud" claim value. The realm accepts service-account-gateway, admin-app in the claim aud. Request a token for', 'Would allow in the tenant Acme Corporation', "The gateway rejects this token: Unexpected 'aud' claim value."]],
    ['the token has expired', () => ({ ...good, exp: inSeconds(-100) }), [], ['FAULT Time expires ', ' now. Get a new token.']],
    ['the token is not valid yet', () => ({ ...good, nbf: inSeconds(100) }), [], ['FAULT Time ', 'The token is not valid before ', 'compare the clocks']],
    ['the token is an ID token', () => ({ ...good, nonce: 'abc' }), [], ['FAULT Kind ID token', 'Let the app send its access token instead.', 'acceptIdTokens']],
    ['no value is in roleMap', () => ({ ...good, groups: ['tenant_admin'] }), [], ['dropped: tenant_admin is not in roleMap', 'Allows only the viewer query', 'None of its values means a role: map a value of the claim in roleMap, because only what it names counts.']],
    ['the roles are in another claim', () => ({ roles: ['SAG Owners'] }), [], ['Claims iss, aud, sub, iat, exp, roles Caller', 'Roles in the claim groups The token has no such claim.', 'It has no role: let the identity provider add the roles to access tokens, or set claims.roles or claims.tenantRoles', 'It names no tenant: let the identity provider add the tenants to access tokens, or set claims.tenants']],
    ['the list of the roles is empty', () => ({ ...good, groups: [] }), [], ['Roles in the claim groups The claim is empty. Tenants', 'It has no role']],
    ['a tenant has no such external ID', () => ({ ...good, organization: ['acme2'] }), [], ['dropped: acme2 is not an external ID of a tenant in this realm, and not the UUID of a tenant', 'None of the names means a tenant: a super_admin gives a tenant such a name as its external ID in this realm, with updateTenant.']],
    ['a tenant does not exist', () => ({ ...good, organization: ['3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be003'] }), [], ['→ 3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be003, which does not exist', 'None of its tenants exists: a super_admin creates them with createTenant.']],
    ['the realm may not grant the role', () => ({ ...good, groups: ['SAG Owners'] }), ['--realm', 'partner'], ['Realm partner, which --realm names', 'dropped: SAG Owners is the role super_admin, which is not in grants.roles', 'None of its values means a role: add the role to grants.roles']],
    ['the realm may not grant the tenant', () => ({ ...good, organization: [acme] }), ['--realm', 'partner'], [`dropped: ${acme} is the tenant ${acme}, which is not in grants.tenants`, 'None of the names means a tenant: add the tenant to grants.tenants']],
    ['the realm does not exist', () => good, ['--realm', 'stuff'], ['FAULT Realm The realm in the realmname header does not exist; the realms are staff, partner, broken, dots, strict, plain.']],
    ['the subject is missing', () => ({ ...good, sub: undefined }), [], ['FAULT Subject none "sub" claim must be 1 to 255 characters without control characters. Let the identity provider add a subject', 'a text that never changes', 'client scope basic']],
    ['several realms have the issuer', () => ({ ...good, aud: 'account' }), [], ['Realm staff, the default realm; staff, partner, dots, strict, plain have the same issuer, and --realm or the header realmname chooses']],
    ['the token is from the gateway itself', () => ({ ...good, iss: 'https://gateway.example.com/oauth2' }), [], ['FAULT Realm The gateway issued this token to a service account; an administrator sends a token of an identity provider.']],
    ['super_admin is given in one tenant', () => ({ memberships: { acme: ['SAG Owners'] } }), [], ['dropped: SAG Owners in acme is super_admin, which holds in every tenant']],
  ];

  test.each(wrong)('%s', async (_name, claims, args, parts) => {
    const { stdout, stderr, status } = await check(await staff.sign({ sub: 'ada', ...claims() }), args);
    expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
    for (const part of parts) expect(flat(stdout)).toContain(part);
  });

  test('the key is not one of the realm', async () => {
    const { stdout, status } = await check(await stranger.sign({ ...good, iss: staff.issuer }));
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      'FAULT Key stranger-key, ES256 No applicable key found in the JSON Web Key Set. The keys come from jwks in the realms file',
    );
  });

  test('the keys cannot be read', async () => {
    const { stdout, status } = await check(await stranger.sign(good));
    expect(status).toBe(1);
    expect(flat(stdout)).toContain(`${broken.url}: the response is not valid JSON`);
    expect(stdout).toMatch(
      /^The gateway responds with 503 to this token: The keys of the realm cannot be read\.$/m,
    );
  });
});

test('it names a tenant that is suspended', async () => {
  await gateway.sql(`update tenant set status = 'suspended' where id = $1`, [acme]);
  const { stdout } = await check(await staff.sign(good));
  await gateway.sql(`update tenant set status = 'active' where id = $1`, [acme]);
  expect(stdout).toContain('in the tenant Acme Corporation, which is suspended\n');
});

test('without the database it does not say that a token allows nothing', async () => {
  const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/nothing';
  const { stdout, stderr, status } = await check(await staff.sign(good), [], undefined, { DATABASE_URL });
  expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
  for (const part of [
    'External IDs were not checked: The database is unavailable: ECONNREFUSED.',
    'Allows cannot be said without the database',
    'The gateway accepts this token. Without the database, this command cannot say whether the token allows anything.',
  ])
    expect(flat(stdout)).toContain(part);
});

test('before the first start of a new version it says to start the gateway', async () => {
  await gateway.sql('alter table tenant_external_id rename to absent');
  const { stdout, stderr } = await check(await staff.sign(good));
  await gateway.sql('alter table absent rename to tenant_external_id');
  expect(stderr).toBe('');
  expect(flat(stdout)).toContain('the tables of this version; start the gateway once.');
});

test('without REALMS_FILE it says that it does not know the realms', async () => {
  const { stdout, status } = await check(await staff.sign(good), [], undefined, {
    REALMS_FILE: undefined,
    PUBLIC_URL: undefined,
    NODE_ENV: undefined,
  });
  expect(status).toBe(1);
  expect(flat(stdout)).toContain(
    'REALMS_FILE is not set for this command, so it knows only the development realm.',
  );
});

test('a claim cannot look like a line of the report', async () => {
  const forged = 'z\nok     Audience            service-account-gateway\nThe gateway accepts this token.';
  const { stdout } = await check(await staff.sign({ ...good, aud: forged, groups: [forged], sub: 'ada' }));
  expect(stdout).not.toMatch(/^(ok +Audience|The gateway accepts)/m);
});

test('it prints no control characters of a token', async () => {
  const claims = { ...powerfulClaims(staff), groups: ['\u001b[2J'], organization: ['a\u0000b', '\u009b31m'] };
  const header = { alg: 'ES256', crit: ['\u001b[31mThe gateway accepts this token.'] };
  const { stdout, stderr, status } = await check(forge(header, claims, es256(staff)));
  expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('it survives claims that are no texts, or nested without end', async () => {
  // JSON.stringify cannot write a list that is nested this deeply.
  const nested = `${'['.repeat(9000)}${']'.repeat(9000)}`;
  const payload = JSON.stringify({
    iss: { toString: 1 },
    aud: 'nested',
    groups: 'nested',
    organization: 'nested',
  });
  const input = [JSON.stringify({ alg: 'ES256' }), payload.replaceAll('"nested"', nested)]
    .map(encode)
    .join('.');
  const { stdout, stderr, status } = await check(`${input}.${encode(es256(staff)(input))}`, [
    '--realm',
    'staff',
  ]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
  expect(flat(stdout)).toContain('FAULT Issuer an object');
});

test('a token that allows nothing ends with exit code 1', async () => {
  expect((await check(await staff.sign({ groups: ['Everyone'] }))).status).toBe(1);
  expect((await check(await staff.sign({ ...good, exp: inSeconds(-100) }))).status).toBe(1);
});

test.each([
  [
    '2YotnFZFEjr1zCsicMWpAA',
    /^This is not a whole signed JWT: .*configure the identity provider to issue JWTs\.\n$/,
  ],
  ['', /^No token was given\.\n\nUsage: npm run --silent check-token/],
])('%j is no token', async (token, message) => {
  const { stdout, stderr, status } = await check(token);
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).toMatch(message);
});
