import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { assertionType, seconds } from './assertions.js';
import { machine, post } from './machine.js';
import { forged, unknownClientId } from './workload-attacks.js';
import { removeTrust, type TrustingMachine, trustingMachine, wayNames } from './workloads.js';

const limit = 5;
let gateway: Gateway;
let mallory: Issuer;
beforeAll(async () => {
  mallory = await createIssuer('ci');
  gateway = await startGateway({ RATE_LIMIT_WRONG_SECRETS: `${limit}`, TRUST_PROXY: '1' });
});
afterAll(() => gateway.close());

let addresses = 0;
/** Returns an address that no request has come from. */
const newAddress = () => `203.0.113.${++addresses}`;

const parameters: Record<(typeof wayNames)[number], (token: string) => Record<string, string>> = {
  'client assertion': (token) => ({
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    client_assertion: token,
  }),
  'token exchange': (token) => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  }),
};

describe.each(wayNames)('by %s', (way) => {
  const rejected = way === 'client assertion' ? 401 : 400;
  const tooMany = [...Array(limit).fill(rejected), 429, 429];

  const ask = async (clientId: string, token: string, address = newAddress()) => {
    const form = { client_id: clientId, ...parameters[way](token) };
    return (await post(gateway, 'token', form, { 'x-forwarded-for': address })).status;
  };
  async function statuses(times: number, call: () => Promise<number>): Promise<number[]> {
    const all: number[] = [];
    for (let n = 0; n < times; n++) all.push(await call());
    return all;
  }
  const valid = (one: { subject: string }) => forged(gateway.workloads, one, { jti: crypto.randomUUID() });

  test.each<[string, (one: TrustingMachine) => string]>([
    ['with a wrong signature', (one) => forged(mallory, one)],
    ['of another workload', () => valid({ subject: 'another' })],
    ['with another audience', (one) => forged(gateway.workloads, one, { aud: 'another' })],
  ])('tokens %s are rejected for a while when there are too many', async (_what, make) => {
    const one = await trustingMachine(gateway);
    expect(await statuses(limit + 2, () => ask(one.clientId, make(one)))).toEqual(tooMany);
  });

  test('so are those for an account without a trust, and for unknown clients', async () => {
    const { clientId } = await machine(gateway);
    const text = valid({ subject: 'x' });
    expect(await statuses(limit + 2, () => ask(clientId, text))).toEqual(tooMany);
    const unknown = unknownClientId();
    expect(await statuses(limit + 2, () => ask(unknown, text))).toEqual(tooMany);
  });

  test('so are those from one address, for whichever clients', async () => {
    const address = newAddress();
    const text = valid({ subject: 'x' });
    expect(await statuses(limit + 2, () => ask(unknownClientId(), text, address))).toEqual(tooMany);
  });

  test('tokens with a fault that their owner can read are not counted', async () => {
    const one = await trustingMachine(gateway);
    const expired = () => forged(gateway.workloads, one, { iat: seconds() - 60, exp: seconds() - 1 });
    expect(await statuses(2 * limit, () => ask(one.clientId, expired()))).toEqual(
      Array(2 * limit).fill(rejected),
    );
    expect(await ask(one.clientId, valid(one))).toBe(200);
  });

  test('strangers who know a client ID do not lock its workload out, whose tokens are all new', async () => {
    const one = await trustingMachine(gateway);
    expect(await statuses(limit + 2, () => ask(one.clientId, forged(mallory, one)))).toEqual(tooMany);
    expect(await statuses(3, () => ask(one.clientId, valid(one)))).toEqual([200, 200, 200]);
  });

  test('a token that worked also passes at the address of the strangers', async () => {
    const one = await trustingMachine(gateway);
    const address = newAddress();
    const known = valid(one);
    expect(await ask(one.clientId, known, address)).toBe(200);
    await statuses(limit + 2, () => ask(one.clientId, forged(mallory, one), address));
    expect(await statuses(3, () => ask(one.clientId, known, address))).toEqual([200, 200, 200]);
  });

  test('a token that worked is counted after its trust was removed', async () => {
    const one = await trustingMachine(gateway);
    const known = valid(one);
    expect(await ask(one.clientId, known)).toBe(200);
    await removeTrust(one, one.trustId);
    expect(await statuses(limit + 2, () => ask(one.clientId, known))).toEqual(tooMany);
  });
});
