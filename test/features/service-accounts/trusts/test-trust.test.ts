import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seconds } from '../../../api/oauth/assertions.js';
import { type TrustingMachine, trustingMachine, workloadToken } from '../../../api/oauth/workloads.js';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { createIssuer } from '../../../harness/issuer.js';
import { trustCalls, trustTransports } from './trust-calls.js';

let gateway: Gateway;
let admin: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
});
afterAll(() => gateway.close());

const token = (one: Pick<TrustingMachine, 'subject'>, claims: Record<string, unknown> = {}, header = {}) =>
  workloadToken(gateway.workloads, one, claims, header);
const machine = (trust: Record<string, unknown> = {}) => trustingMachine(gateway, trust, {}, admin);

describe.each(trustTransports)('over %s', (transport) => {
  const run = (one: TrustingMachine, text: string) => trustCalls[transport](one.admin).test(one.id, text);

  test('a token that fits a trust is accepted, and the trust is named', async () => {
    const one = await machine();
    const [trust] = await trustCalls.REST(admin).trustsOf(one.id);
    expect(await run(one, await token(one))).toEqual({
      accepted: true,
      reason: null,
      message: 'The token would authenticate the account.',
      expected: null,
      actual: null,
      trust,
    });
  });

  test('the message of an account with an IP allowlist says that the address counts, too', async () => {
    const one = await machine();
    await admin.rest('PUT', `/${one.id}/ip-list`, { ipAllowlist: ['192.0.2.0/24'] });
    expect(await run(one, await token(one))).toMatchObject({
      accepted: true,
      message:
        'The token would authenticate the account, if it came from an address in the IP allowlist of the account.',
    });
  });

  test('another subject is compared with the trust that comes closest', async () => {
    const one = await machine();
    expect(await run(one, await token({ subject: 'another' }))).toMatchObject({
      accepted: false,
      reason: 'wrong_subject',
      message: 'No trust of the account in this issuer has the subject of the token.',
      expected: one.subject,
      actual: 'another',
      trust: { id: one.trustId },
    });
  });

  test('of several subjects, the most similar one is shown, whichever trust is newer', async () => {
    const one = await machine({ subject: 'Repo:acme/shop:ref:refs/heads/main' });
    for (const subject of ['repo:acme/other', 'repo:acme/shop:environment:prod'])
      await trustCalls.REST(admin).add(one.id, { subject });
    const shown = async (subject: string) => (await run(one, await token({ subject }))).expected;
    expect(await shown('repo:acme/shop:ref:refs/heads/main')).toBe('Repo:acme/shop:ref:refs/heads/main');
    expect(await shown('repo:acme/shop:environment:production')).toBe('repo:acme/shop:environment:prod');
    expect(await shown('repo:acme/others')).toBe('repo:acme/other');
  });

  test('another audience is shown', async () => {
    const one = await machine();
    const text = await token(one, { aud: ['https://gateway.example.com/oauth2', 'https://x.example'] });
    expect(await run(one, text)).toMatchObject({
      reason: 'wrong_audience',
      message: 'The audience of the trust must be the only audience of the token.',
      expected: 'https://gateway.example.com/oauth2',
      actual: '["https://gateway.example.com/oauth2","https://x.example"]',
    });
  });

  test('a claim with another value is shown, and so is a missing claim', async () => {
    const one = await machine({ claims: [{ name: 'ref', value: 'refs/heads/main' }] });
    const message = 'The claim ref of the token does not have the value that the trust requires.';
    const expected = 'refs/heads/main';
    for (const [ref, actual] of [
      ['refs/heads/x', 'refs/heads/x'],
      [undefined, null],
      [['refs/heads/main'], null],
    ])
      expect(await run(one, await token(one, { ref }))).toMatchObject({
        reason: 'wrong_claims',
        message,
        expected,
        actual,
      });
  });

  test('an account without a trust in the issuer has none to show', async () => {
    const one = await machine();
    await trustCalls.REST(admin).remove(one.id, one.trustId);
    expect(await run(one, await token(one))).toEqual({
      accepted: false,
      reason: 'no_trust',
      message: 'The account has no trust in the issuer of the token.',
      expected: null,
      actual: null,
      trust: null,
    });
  });

  test('an expired token, an unknown issuer, a wrong signature and no token have their reasons', async () => {
    const one = await machine();
    const other = await createIssuer('other');
    const ofOther = await workloadToken(other, one);
    const forged = await workloadToken({ ...other, sign: other.sign }, one, {
      iss: 'https://ci.example.com',
    });
    const reasons = [];
    for (const text of [await token(one, { iat: seconds() - 60, exp: seconds() - 1 }), ofOther, forged, 'x'])
      reasons.push((await run(one, text)).reason);
    expect(reasons).toEqual(['assertion_expired', 'issuer_not_trusted', 'wrong_key', 'invalid_assertion']);
  });

  test.each([
    [
      'account_disabled',
      'The account is disabled.',
      `update service_account set status = 'disabled' where id = $1`,
    ],
    [
      'account_expired',
      'The account has expired.',
      'update service_account set expires_at = now() where id = $1',
    ],
    [
      'trust_expired',
      'The trust has expired. Remove it, and add it again.',
      'update service_account_trust set expires_at = now() where service_account_id = $1',
    ],
  ])('%s', async (reason, message, change) => {
    const one = await machine();
    await gateway.sql(change, [one.id.slice(3)]);
    expect(await run(one, await token(one))).toMatchObject({ accepted: false, reason, message });
  });

  test('an account of another tenant is not found', async () => {
    const one = await machine();
    const stranger = await somebody(gateway);
    const told = await trustCalls[transport](stranger).test(one.id, await token(one));
    expect(told.extensions?.code ?? told.code).toBe('NOT_FOUND');
  });
});

test('a token is not taken from a URL, also not in a fragment', async () => {
  const one = await machine();
  const call = `testServiceAccountTrust(input: { id: "${one.id}", token: "x" }) { accepted }`;
  for (const query of [`{ ${call} }`, `{ ...F } fragment F on Query { ${call} }`]) {
    const path = `/graphql?${new URLSearchParams({ query })}`;
    const headers = { ...admin.headers, 'apollo-require-preflight': 'true' };
    const answer = await gateway.request(path, { headers });
    expect(answer).toMatchObject({
      status: 405,
      body: {
        errors: [
          {
            message:
              'testServiceAccountTrust must be sent with POST, because it contains a credential, and URLs are often logged',
            extensions: { code: 'METHOD_NOT_ALLOWED' },
          },
        ],
      },
    });
    expect(answer.headers.get('allow')).toBe('POST');
  }
});

test('a test leaves no trace: no use, no audit log entry, no token in the database', async () => {
  const one = await machine();
  await trustCalls.GraphQL(admin).test(one.id, await token(one));
  await trustCalls.GraphQL(admin).test(one.id, await token({ subject: 'another' }));
  const query = 'query ($id: ID!) { serviceAccount(id: $id) { lastUsedAt trusts { lastUsedAt } } }';
  expect((await admin.run(query, { id: one.id })).serviceAccount).toEqual({
    lastUsedAt: null,
    trusts: [{ lastUsedAt: null }],
  });
  const actions = await gateway.sql<{ action: string }>(
    'select action from audit_event where target = $1 order by occurred_at',
    [one.id],
  );
  expect(actions.map(({ action }) => action)).toEqual([
    'service_account.create',
    'service_account.add_trust',
  ]);
  expect(await gateway.sql('select from used_workload_token')).toEqual([]);
});
