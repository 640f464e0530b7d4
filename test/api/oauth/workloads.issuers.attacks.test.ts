import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { es256 } from '../../platform/auth/forge.js';
import {
  type Attack,
  expectRejection,
  forged,
  startGatewayFor,
  testAttacks,
  withKeys,
} from './workload-attacks.js';
import { addTrust, trustingMachine, wayNames, ways } from './workloads.js';

let gateway: Gateway;
/** Two issuers that the operator trusts. */
let ci: Issuer;
let other: Issuer;
/** An issuer that the operator does not trust, with the URL of a trusted one. */
let mallory: Issuer;
beforeAll(async () => {
  [ci, other, mallory] = [await createIssuer('ci'), await createIssuer('other'), await createIssuer('ci')];
  gateway = await startGatewayFor([withKeys('ci', ci), withKeys('other', other)]);
});
afterAll(() => gateway.close());

const ofOther = { kid: 'other-key' };
const ofCi = { kid: 'ci-key' };

// biome-ignore format: each row stays on its line
const attacks: Attack[] = [
  ['of another issuer', 'no_trust', (one) => forged(other, one)],
  ['of another issuer that says it is of this one', 'wrong_key', (one) => forged(other, one, { iss: ci.issuer })],
  ['of another issuer that says it is of this one, without a kid', 'wrong_key', (one) => forged(other, one, { iss: ci.issuer }, { kid: undefined })],
  ['of another issuer under the kid of this one', 'wrong_key', (one) => forged(other, one, { iss: ci.issuer }, ofCi)],
  ['of this issuer under the kid of another', 'wrong_key', (one) => forged(ci, one, {}, ofOther)],
  ['of this issuer that says it is of another', 'wrong_key', (one) => forged(ci, one, { iss: other.issuer })],
  ['of this issuer that says it is of another, under its kid', 'wrong_key', (one) => forged(ci, one, { iss: other.issuer }, ofOther)],
  ['of this issuer for an account that trusts the subject in another', 'no_trust', (one) => forged(ci, one), { issuer: 'other' }],
  ['of a stranger with the URL and the kid of the issuer', 'wrong_key', (one) => forged(mallory, one)],
  ['of a stranger with a URL that the operator does not know', 'issuer_not_trusted', (one) => forged(mallory, one, { iss: 'https://mallory.example.com' })],
  ['of a stranger that names the issuer in other claims', 'issuer_not_trusted', (one) => forged(mallory, one, { iss: 'https://mallory.example.com', issuer: ci.issuer, azp: ci.issuer })],
  ['of a stranger that names the issuer in the header', 'issuer_not_trusted', (one) => forged(mallory, one, { iss: 'https://mallory.example.com' }, { iss: ci.issuer })],
  ['with one of its signatures by a trusted key', 'wrong_key', (one) => forged(mallory, one, {}, ofOther, es256(other))],
];
testAttacks(() => gateway, attacks);

describe.each(wayNames)('by %s', (way) => {
  const { present, error } = ways[way];

  /** Runs a test with another gateway on the database, which has other issuers, as after a restart. */
  async function restartedWith(issuers: object[], check: (restarted: Gateway) => Promise<void>) {
    const restarted = await startGatewayFor(issuers, gateway.env);
    try {
      await check({ ...restarted, sql: gateway.sql });
    } finally {
      await restarted.close();
    }
  }

  /** Makes the administrator of a machine speak with the restarted gateway. */
  async function machineAt(restarted: Gateway) {
    const one = await trustingMachine(gateway);
    expect((await present(gateway, one.clientId, forged(ci, one))).status).toBe(200);
    const run = async (query: string, variables?: Record<string, unknown>) =>
      (await restarted.graphql(one.admin.headers, query, variables)).body.data;
    const graphql = (query: string, variables?: Record<string, unknown>) =>
      restarted.graphql(one.admin.headers, query, variables);
    return { ...one, admin: { ...one.admin, run, graphql } };
  }

  test('a token of an issuer that the operator has withdrawn is rejected', async () => {
    await restartedWith([withKeys('other', other)], async (restarted) => {
      const one = await machineAt(restarted);
      await expectRejection(restarted, way, one, forged(ci, one), 'issuer_not_trusted');
    });
  });

  test('a token is rejected after the name of its issuer was given to another URL', async () => {
    await restartedWith([withKeys('ci', other)], async (restarted) => {
      const one = await machineAt(restarted);
      await expectRejection(restarted, way, one, forged(ci, one), 'issuer_not_trusted');
    });
  });

  test('the trust in an issuer is no trust in another that got its name', async () => {
    await restartedWith([withKeys('ci', other)], async (restarted) => {
      const one = await machineAt(restarted);
      await expectRejection(restarted, way, one, forged(other, one), 'no_trust');
    });
  });

  test('the trusts in two issuers that have swapped their names stay where they were', async () => {
    await restartedWith([withKeys('ci', other), withKeys('other', ci)], async (restarted) => {
      const one = await machineAt(restarted);
      expect((await present(restarted, one.clientId, forged(ci, one))).status).toBe(200);
      await expectRejection(restarted, way, one, forged(other, one), 'no_trust');
    });
  });

  test('a token is rejected after the operator has replaced the keys of its issuer', async () => {
    await restartedWith([withKeys('ci', mallory)], async (restarted) => {
      const one = await machineAt(restarted);
      await expectRejection(restarted, way, one, forged(ci, one), 'wrong_key');
    });
  });

  test('a token is rejected that the operator now finds too old', async () => {
    await restartedWith([withKeys('ci', ci, { maxTokenAge: 60 })], async (restarted) => {
      const one = await machineAt(restarted);
      const token = forged(ci, one, { iat: Math.floor(Date.now() / 1000) - 61 });
      await expectRejection(restarted, way, one, token, 'assertion_too_old');
    });
  });

  test('a token is rejected by a gateway without any issuers', async () => {
    const one = await trustingMachine(gateway);
    const restarted = await startGateway({ ...gateway.env, WORKLOAD_ISSUERS_FILE: '' });
    try {
      expect(await present(restarted, one.clientId, forged(ci, one))).toMatchObject(error);
    } finally {
      await restarted.close();
    }
  });

  test('each of two trusts counts only for its issuer', async () => {
    const one = await trustingMachine(gateway);
    await addTrust(one, { issuer: 'other', subject: 'theirs' });
    expect((await present(gateway, one.clientId, forged(other, { subject: 'theirs' }))).status).toBe(200);
    await expectRejection(gateway, way, one, forged(other, one), 'wrong_subject');
  });
});
