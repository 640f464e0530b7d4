import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trustCalls } from '../../features/service-accounts/trusts/trust-calls.js';
import type { Answer, Gateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { tamper } from '../../platform/auth/forge.js';
import { assertionType } from './assertions.js';
import { post } from './machine.js';
import { expectRejection, forged, startGatewayFor, withKeys } from './workload-attacks.js';
import { addTrust, type TrustingMachine, trustingMachine, wayNames, ways } from './workloads.js';

let gateway: Gateway;
let once: Issuer;
let often: Issuer;
beforeAll(async () => {
  [once, often] = [await createIssuer('once'), await createIssuer('often')];
  gateway = await startGatewayFor(issuers());
});
afterAll(() => gateway.close());

const issuers = () => [withKeys('ci', once, { singleUse: true }), withKeys('often', often)];
const token = (one: { subject: string }, claims: object = {}) => forged(once, one, claims);
/** The order of the group of P-256 (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // cspell:disable-line

/** Changes an ECDSA signature (r, s) to (r, -s), which is valid, too. */
const negated = (text: string) =>
  tamper(text, 2, (bytes) => {
    const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const other = (order - s).toString(16).padStart(64, '0');
    return Buffer.concat([bytes.subarray(0, 32), Buffer.from(other, 'hex')]);
  });

describe.each(wayNames)('by %s', (way) => {
  const { present, error } = ways[way];
  const statusOf = async (one: TrustingMachine, text: string) =>
    (await present(gateway, one.clientId, text)).status;

  test('a token works once, and the audit log tells of the second time', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    expect(await statusOf(one, text)).toBe(200);
    await expectReplay(one, text);
  });

  /** Expects that a token is rejected because it was used. An unknown client gets the same answer. */
  const expectReplay = (one: TrustingMachine, text: string) =>
    expectRejection(gateway, way, one, text, 'assertion_replayed');

  test('a token that was used the other way is used up', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    const other = wayNames.find((name) => name !== way) ?? way;
    expect((await ways[other].present(gateway, one.clientId, text)).status).toBe(200);
    await expectReplay(one, text);
  });

  test('a token is used up for another account that trusts the same workload', async () => {
    const one = await trustingMachine(gateway);
    const another = await trustingMachine(gateway, { subject: one.subject });
    const text = token(one);
    expect(await statusOf(one, text)).toBe(200);
    await expectReplay(another, text);
  });

  test('a token is used up for another trust of the account', async () => {
    const one = await trustingMachine(gateway);
    await addTrust(one, { subject: one.subject, claims: [{ name: 'ref', value: 'main' }] });
    const text = token(one, { ref: 'main' });
    expect(await statusOf(one, text)).toBe(200);
    await expectReplay(one, text);
  });

  test('another valid signature under the same content is a replay', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    expect(await statusOf(one, text)).toBe(200);
    await expectReplay(one, negated(text));
  });

  test('the other signature is valid on its own', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    expect(await statusOf(one, negated(text))).toBe(200);
    await expectReplay(one, text);
  });

  test('a token that authenticated at an introspection is used up', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    const { status } = await post(gateway, 'introspect', {
      client_id: one.clientId,
      client_assertion_type: assertionType,
      client_assertion: text,
      token: 'x',
    });
    expect(status).toBe(200);
    await expectReplay(one, text);
  });

  test('of ten requests with one token at the same time, exactly one succeeds', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    const all = await Promise.all(Array.from({ length: 10 }, () => statusOf(one, text)));
    expect(all.filter((status) => status === 200)).toHaveLength(1);
  });

  test('of both ways with one token at the same time, exactly one succeeds', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    const all = await Promise.all(wayNames.map((name) => ways[name].present(gateway, one.clientId, text)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('another gateway on the database, also after a restart, knows what was used', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    expect(await statusOf(one, text)).toBe(200);
    const restarted = await startGatewayFor(issuers(), gateway.env);
    try {
      expect(await present(restarted, one.clientId, text)).toMatchObject(error);
      expect((await present(restarted, one.clientId, token(one, { jti: 'new' }))).status).toBe(200);
    } finally {
      await restarted.close();
    }
  });

  test('a rejected token is not used up', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    await one.admin.rest('POST', `/${one.id}/disable`);
    expect(await present(gateway, one.clientId, text)).toMatchObject(error);
    await one.admin.rest('POST', `/${one.id}/enable`);
    expect(await statusOf(one, text)).toBe(200);
  });

  test('a stranger cannot use up a token whose account is another', async () => {
    const [one, stranger] = [await trustingMachine(gateway), await trustingMachine(gateway)];
    const text = token(one);
    expect(await present(gateway, stranger.clientId, text)).toMatchObject(error);
    expect(await statusOf(one, text)).toBe(200);
  });

  test('the test of trusts does not use a token up', async () => {
    const one = await trustingMachine(gateway);
    const text = token(one);
    for (let n = 0; n < 2; n++)
      expect(await trustCalls.REST(one.admin).test(one.id, text)).toMatchObject({ accepted: true });
    expect(await statusOf(one, text)).toBe(200);
  });

  test('a token of an issuer without single use works again', async () => {
    const one = await trustingMachine(gateway, { issuer: 'often' });
    const text = forged(often, one);
    expect([await statusOf(one, text), await statusOf(one, text)]).toEqual([200, 200]);
  });
});

test('the database knows used tokens by their hashes until they expire', async () => {
  const one = await trustingMachine(gateway);
  const text = token(one);
  await ways['token exchange'].present(gateway, one.clientId, text);
  const rows = await gateway.sql<{ hash: string; seconds: number }>(
    'select hash, extract(epoch from expires_at - now())::integer as seconds from used_workload_token',
  );
  for (const { hash, seconds } of rows) {
    expect(hash).toMatch(/^[\w-]{43}$/);
    expect(seconds).toBeLessThanOrEqual(300);
  }
  expect(rows.length).toBeGreaterThan(0);
});

test('a used token does not use up the limit of its client', async () => {
  const limited = await startGatewayFor(issuers(), { RATE_LIMIT_CLIENT: '100' });
  const { present } = ways['token exchange'];
  const remaining = ({ headers }: Answer) => /"client";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  try {
    const one = await trustingMachine(limited);
    const text = token(one);
    expect(remaining(await present(limited, one.clientId, text))).toBe('99');
    for (let n = 0; n < 3; n++) expect((await present(limited, one.clientId, text)).status).toBe(400);
    expect(remaining(await present(limited, one.clientId, token(one, { jti: 'new' })))).toBe('98');
  } finally {
    await limited.close();
  }
});
