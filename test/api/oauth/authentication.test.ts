import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { basic, type Machine, machine, post } from './machine.js';

let gateway: Gateway;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  one = await machine(gateway);
});
afterAll(() => gateway.close());

const grant = { grant_type: 'client_credentials' };
const encode = (pair: string | Buffer) => Buffer.from(pair).toString('base64');
const ask = (authorization: string, params: Record<string, string> = grant) =>
  post(gateway, 'token', params, { authorization });
const pair = () => `${one.clientId}:${one.clientSecret}`;
/** Credentials whose encoding ends with one sign of padding, so that it can be wrong in each way. */
const padded = () => encode(`${pair()}`.padEnd(Math.ceil(pair().length / 3) * 3 - 1, 'x'));

const malformed =
  'the authorization header must be Basic and the base64 encoding of the client ID, a colon and the client secret';
const unprintable = 'the client ID and the client secret must contain only printable ASCII characters';

/** Headers that HTTP Basic authentication does not allow (RFC 7617, section 2; RFC 6749, appendix A). */
const headers: [string, string, () => string][] = [
  ['without padding', malformed, () => `Basic ${padded().replace(/=+$/, '')}`],
  ['with too much padding', malformed, () => `Basic ${padded()}=`],
  ['in base64url', malformed, () => `Basic ${encode('sa?>:ÿÿÿ').replace('+', '-').replace('/', '_')}`],
  ['with unused bits', malformed, () => `Basic ${padded().replace(/.=$/, 'h=')}`],
  ['with a space in it', malformed, () => `Basic ${encode(pair()).replace(/^./, '$& ')}`],
  ['with a comma after it', malformed, () => `Basic ${encode(pair())},`],
  ['without credentials', malformed, () => 'Basic'],
  ['of two schemes', malformed, () => `Basic Basic ${encode(pair())}`],
  ['with a control character in the secret', unprintable, () => `Basic ${encode(`${pair()}\n`)}`],
  ['with a control character, encoded', unprintable, () => `Basic ${encode(`${pair()}%00`)}`],
  ['with a character that is not ASCII', unprintable, () => `Basic ${encode(`${one.clientId}:é`)}`],
  [
    'with a character that is not ASCII, encoded',
    unprintable,
    () => `Basic ${encode(`${one.clientId}:%C3%A9`)}`,
  ],
  ['without a client ID', 'the authorization header contains no client ID', () => `Basic ${encode(':x')}`],
];

test.each(headers)('an authorization header %s is rejected: %s', async (_what, description, header) => {
  const { status, headers, body } = await ask(header());
  expect([status, body]).toEqual([401, { error: 'invalid_client', error_description: description }]);
  expect(headers.get('www-authenticate')).toBe(
    'Basic realm="https://gateway.example.com/oauth2", charset="UTF-8"',
  );
});

test('several spaces after the scheme are allowed', async () => {
  expect((await ask(`Basic   ${encode(pair())}`)).status).toBe(200);
});

test('a colon in the secret belongs to the secret', async () => {
  const { body } = await ask(`Basic ${encode(`${pair()}:x`)}`);
  expect(body.error_description).toBe('client authentication failed');
});

test('a plus sign in the header stands for a space', async () => {
  const { body } = await ask(`Basic ${encode(`${one.clientId}:a+b`)}`);
  expect(body.error_description).toBe('client authentication failed');
});

test('two methods in one request are rejected, and the error names them', async () => {
  const { status, body } = await ask(basic(one), { ...grant, client_secret: one.clientSecret });
  expect([status, body]).toEqual([
    400,
    {
      error: 'invalid_request',
      error_description:
        'the request uses both client_secret_basic and client_secret_post; a client must use only one authentication method',
    },
  ]);
});

test('another client ID in the form than in the header is rejected', async () => {
  const { status, body } = await ask(basic(one), { ...grant, client_id: 'sa_client_000000000000' });
  expect([status, body]).toEqual([
    400,
    {
      error: 'invalid_request',
      error_description: 'client_id must be the client ID of the client that authenticates',
    },
  ]);
});

test.each(['client_id', 'client_secret', 'scope', 'resource'])(
  '%s without a value counts as omitted',
  async (name) => {
    const { status, body } = await ask(basic(one), { ...grant, [name]: '' });
    expect([status, body.scope]).toEqual([200, 'api:read api:write']);
  },
);

test('a parameter that occurs twice is rejected even without a value', async () => {
  const form: [string, string][] = [...Object.entries(grant), ['scope', ''], ['scope', 'api:read']];
  const { status, body } = await post(gateway, 'token', form, { authorization: basic(one) });
  expect([status, body]).toEqual([
    400,
    { error: 'invalid_request', error_description: 'the parameter scope must occur only once' },
  ]);
});
