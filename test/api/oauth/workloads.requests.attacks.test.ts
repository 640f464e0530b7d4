import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { keyMachine, sign } from './assertions.js';
import { basic, getToken, post } from './machine.js';
import { expectRejection, forged, rejectionsOf } from './workload-attacks.js';
import { type TrustingMachine, trustingMachine, wayNames, ways } from './workloads.js';

let gateway: Gateway;
let one: TrustingMachine;
beforeAll(async () => {
  gateway = await startGateway();
  one = await trustingMachine(gateway);
});
afterAll(() => gateway.close());

const token = (of: { subject: string } = one) => forged(gateway.workloads, of);
const type = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;
type Form = Record<string, string>;

/** The parameters of valid requests. */
const forms: Record<keyof typeof ways, () => Form> = {
  'client assertion': () => ({
    grant_type: 'client_credentials',
    client_id: one.clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: token(),
  }),
  'token exchange': () => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id: one.clientId,
    subject_token: token(),
    subject_token_type: type('jwt'),
  }),
};
const send = (form: Form, headers: Form = {}) => post(gateway, 'token', form, headers);
const outcome = async (answer: ReturnType<typeof post>) => {
  const { status, body } = await answer;
  return [status, body.error, body.error_description];
};

describe.each(wayNames)('by %s', (way) => {
  test('a valid request succeeds, so that the other tests prove something', async () => {
    expect((await send(forms[way]())).status).toBe(200);
  });

  test.each([
    ['invalid_scope', { scope: 'keys:sign' }],
    ['invalid_scope', { scope: 'api:read keys:sign' }],
    ['invalid_scope', { scope: ' api:read' }],
    ['invalid_target', { resource: 'https://other.example.com' }],
  ])('%s is the error for %j, and the reason in the audit log', async (error, more) => {
    const fresh = await trustingMachine(gateway);
    const answer = await ways[way].present(gateway, fresh.clientId, token(fresh), more);
    expect([answer.status, answer.body.error]).toEqual([400, error]);
    expect(await rejectionsOf(gateway, fresh)).toEqual([{ outcome: 'denied', reason: error }]);
  });

  test.each(['grant_type', 'client_id', 'scope'])('a second %s is an error', async (name) => {
    const pairs: [string, string][] = [...Object.entries(forms[way]()), [name, 'x'], [name, 'y']];
    expect(await outcome(post(gateway, 'token', pairs))).toEqual([
      400,
      'invalid_request',
      `the parameter ${name} must occur only once`,
    ]);
  });

  test('a second token is an error', async () => {
    const name = way === 'client assertion' ? 'client_assertion' : 'subject_token';
    const pairs: [string, string][] = [...Object.entries(forms[way]()), [name, token()]];
    expect((await outcome(post(gateway, 'token', pairs)))[2]).toBe(
      `the parameter ${name} must occur only once`,
    );
  });

  test('a body of more than 16 kB is not read', async () => {
    const more = { scope: 'x'.repeat(16_384) };
    expect((await send({ ...forms[way](), ...more })).status).toBe(413);
  });

  test('a token of 15 kB is read', async () => {
    const long = forged(gateway.workloads, one, { padding: 'x'.repeat(11_000) });
    expect((await ways[way].present(gateway, one.clientId, long)).status).toBe(200);
  });

  test('a token in the query counts as missing', async () => {
    const { client_assertion, subject_token, ...rest } = forms[way]();
    const query = new URLSearchParams({ client_assertion, subject_token } as Form);
    const { status } = await post(gateway, `token?${query}`, rest);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  test('another client authentication besides is an error', async () => {
    const key = await keyMachine(gateway);
    const others: [Form, Form][] = [
      [{}, { authorization: basic(one) }],
      [{ client_secret: one.clientSecret }, {}],
      [{}, { authorization: `Bearer ${await getToken(gateway, one)}` }],
    ];
    if (way === 'token exchange')
      others.push(
        [{ ...forms['client assertion'](), ...forms[way]() }, {}],
        [{ client_assertion: await sign(key) }, {}],
      );
    for (const [form, headers] of others) {
      const [status, error, description] = await outcome(send({ ...forms[way](), ...form }, headers));
      expect([status, error]).toEqual([400, 'invalid_request']);
      expect(description).toMatch(/^the request uses both \w+ and \w+; /);
    }
  });

  test('an assertion that the client signed itself is no token of a workload', async () => {
    const key = await keyMachine(gateway);
    if (way === 'token exchange') {
      const machine = { ...key, subject: key.clientId, trustId: '' };
      await expectRejection(gateway, way, machine, await sign(key), 'issuer_not_trusted');
    } else {
      expect(await ways[way].present(gateway, one.clientId, await sign(key))).toMatchObject({ status: 400 });
    }
  });
});

const exchangeTypes = [type('jwt'), type('id_token'), type('access_token')].join(', ');
const named =
  'the parameter client_id is required for a token exchange; it names the service account that trusts the workload';

// biome-ignore format: each row stays on its line
test.each<[string, Form, string]>([
  ['no client_id', { client_id: '' }, named],
  ['no subject_token', { subject_token: '' }, 'the parameter subject_token is required for a token exchange'],
  ['no subject_token_type', { subject_token_type: '' }, `subject_token_type must be one of ${exchangeTypes}`],
  ['the type of SAML', { subject_token_type: type('saml2') }, `subject_token_type must be one of ${exchangeTypes}`],
  ['the type of refresh tokens', { subject_token_type: type('refresh_token') }, `subject_token_type must be one of ${exchangeTypes}`],
  ['a type in another case', { subject_token_type: type('JWT') }, `subject_token_type must be one of ${exchangeTypes}`],
  ['a short type', { subject_token_type: 'jwt' }, `subject_token_type must be one of ${exchangeTypes}`],
  ['an actor', { actor_token: 'x', actor_token_type: type('jwt') }, 'actor_token is not supported; a workload acts for itself'],
  ['the type of an actor', { actor_token_type: type('jwt') }, 'actor_token is not supported; a workload acts for itself'],
  ['a wish for a refresh token', { requested_token_type: type('refresh_token') }, `requested_token_type must be ${type('access_token')}, or omitted`],
  ['a wish for an ID token', { requested_token_type: type('id_token') }, `requested_token_type must be ${type('access_token')}, or omitted`],
])('a token exchange with %s is an error', async (_what, changes, description) => {
  const answer = send({ ...forms['token exchange'](), ...changes });
  expect(await outcome(answer)).toEqual([400, 'invalid_request', description]);
});

test.each<[string, Form]>([
  ['no client_id', { client_id: '' }],
  ['the type of SAML', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
  ['no type', { client_assertion_type: '' }],
  ['no assertion', { client_assertion: '' }],
])('a client assertion of a workload with %s is an error', async (_what, changes) => {
  const [status, error] = await outcome(send({ ...forms['client assertion'](), ...changes }));
  expect([status, error]).toEqual([401, 'invalid_client']);
});

test('a subject token is no client authentication of the client credentials grant', async () => {
  const form = { ...forms['token exchange'](), grant_type: 'client_credentials' };
  expect((await outcome(send(form))).slice(0, 2)).toEqual([401, 'invalid_client']);
});
