import { sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { addKey, assertionType, createKeyPair } from './assertions.js';
import { basic, decode, machine, post } from './machine.js';
import {
  type Attack,
  expectRejection,
  forged,
  testAttacks,
  unknownClientId,
  visible,
} from './workload-attacks.js';
import { addTrust, removeTrust, type TrustingMachine, trustingMachine, wayNames, ways } from './workloads.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const token = (one: { subject: string }, claims: object = {}) => forged(gateway.workloads, one, claims);
const run = (sql: string, id: string) => gateway.sql(sql, [id.slice(id.indexOf('-') + 1)]);

/** What ends the access of an account, and the reason in the audit log. */
const ends: [string, string, (one: TrustingMachine) => Promise<unknown>][] = [
  ['is disabled', 'account_disabled', ({ admin, id }) => admin.rest('POST', `/${id}/disable`)],
  [
    'has expired',
    'account_expired',
    ({ id }) => run('update service_account set expires_at = now() where id = $1', id),
  ],
  [
    'is in a suspended tenant',
    'tenant_suspended',
    ({ admin }) => gateway.sql(`update tenant set status = 'suspended' where id = $1`, [admin.tenant]),
  ],
];
const remove = ({ admin, id }: TrustingMachine) => admin.rest('DELETE', `/${id}`);
const expireTrust = ({ trustId }: TrustingMachine) =>
  run('update service_account_trust set expires_at = now() where id = $1', trustId);

/** Makes the attack with a valid token after a change. */
const after = (what: string, reason: string, change: (one: TrustingMachine) => Promise<unknown>): Attack => [
  what,
  reason,
  async (one) => {
    await change(one);
    return token(one);
  },
];

const second = { subject: 'second', audience: 'second', claims: [{ name: 'ref', value: 'second' }] };
/** Makes the attack with the claims of two trusts of the account, neither of which accepts the token. */
const mixed = (what: string, reason: string, claims: object): Attack => [
  `that has ${what} of one trust, and the rest of another`,
  reason,
  async (one) => {
    await addTrust(one, second);
    return token(one, claims);
  },
];

testAttacks(
  () => gateway,
  [
    ...ends.map(([what, reason, change]) => after(`of an account that ${what}`, reason, change)),
    after('of a removed trust', 'no_trust', (one) => removeTrust(one, one.trustId)),
    after('of an account that was deleted and restored', 'no_trust', async (one) => {
      await remove(one);
      await one.admin.rest('POST', `/${one.id}/restore`);
    }),
    [
      'that a key of the account has signed',
      'wrong_key',
      async (one) => {
        const pair = createKeyPair();
        const { kid } = await addKey(one, pair.publicKey);
        return forged(gateway.workloads, one, {}, { kid }, (input) =>
          sign('sha256', Buffer.from(input), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
        );
      },
    ],
    after('of an expired trust', 'trust_expired', expireTrust),
    after('of a removed trust that was used', 'no_trust', async (one) => {
      await ways['client assertion'].present(gateway, one.clientId, token(one));
      await removeTrust(one, one.trustId);
    }),
    [
      "of another account's workload",
      'wrong_subject',
      async ({ admin }) => token(await trustingMachine(gateway, {}, {}, admin)),
    ],
    [
      "of a workload of another tenant's account",
      'wrong_subject',
      async () => token(await trustingMachine(gateway)),
    ],
    mixed('the audience', 'wrong_audience', { aud: 'second' }),
    mixed('the audience and the claims', 'wrong_audience', { aud: 'second', ref: 'second' }),
    mixed('the claims', 'wrong_audience', { sub: 'second', ref: 'second' }),
  ],
);

describe.each(wayNames)('by %s', (way) => {
  const { present, error } = ways[way];

  test('a token of a deleted account is rejected, and the audit log says so', async () => {
    const one = await trustingMachine(gateway);
    await remove(one);
    await expectRejection(gateway, way, one, token(one), 'account_deleted');
  });

  test('claims that look like ours give a workload nothing', async () => {
    const [one, other] = [await trustingMachine(gateway), await trustingMachine(gateway)];
    const claims = {
      client_id: other.clientId,
      tenant_id: other.admin.tenant,
      credential_id: other.trustId,
      scope: 'keys:sign',
      permissions: ['keys:sign'],
      act: { sub: other.id },
      gen: 7,
    };
    const { body } = await present(gateway, one.clientId, token(one, claims));
    expect(decode(body.access_token).payload).toMatchObject({
      sub: one.id,
      client_id: one.clientId,
      tenant_id: one.admin.tenant,
      credential_id: one.trustId,
      scope: 'api:read api:write',
      gen: 0,
    });
    expect(decode(body.access_token).payload).not.toHaveProperty('act');
  });

  test('a token of an account that never had a trust is rejected', async () => {
    const one = { ...(await machine(gateway)), subject: 'x', trustId: '' };
    await expectRejection(gateway, way, one, token(one), 'no_trust');
  });

  test.each<[string, (one: TrustingMachine) => string]>([
    ['names no account', unknownClientId],
    ['has another case', ({ clientId }) => clientId.toUpperCase()],
    ['has a space after it', ({ clientId }) => `${clientId} `],
    ['is the ID of the account', ({ id }) => id],
    ['is the ID of the trust', ({ trustId }) => trustId],
    ['is the subject', ({ subject }) => subject.replace(':', '-')],
    ['has two client IDs', ({ clientId }) => `${clientId},${clientId}`],
    ['has a zero byte', ({ clientId }) => `${clientId}\0`],
    ['is SQL', ({ clientId }) => `${clientId}' or '1'='1`],
    ['is a pattern', () => 'sa_client_%'],
  ])(
    'a token with a client_id that %s is rejected like one for an account without a trust',
    async (_what, make) => {
      const [one, without] = [await trustingMachine(gateway), await machine(gateway)];
      const answer = await present(gateway, make(one), token(one));
      expect(answer).toMatchObject(error);
      expect(visible(answer)).toEqual(visible(await present(gateway, without.clientId, token(one))));
    },
  );

  test.each([...ends, ['is deleted', '', remove] as const])(
    'the access token of an account that %s is not active',
    async (_what, _reason, change) => {
      const operator = await somebody(gateway, undefined, 'super_admin');
      const by = await machine(gateway, { permissions: ['oauth:introspect_all'] }, operator);
      const one = await trustingMachine(gateway);
      const { body } = await present(gateway, one.clientId, token(one));
      const introspect = async () =>
        (await post(gateway, 'introspect', { token: body.access_token }, { authorization: basic(by) })).body;
      expect(await introspect()).toMatchObject({ active: true, client_id: one.clientId });
      await change(one);
      expect(await introspect()).toEqual({ active: false });
    },
  );
});

describe.each(['introspect', 'revoke'])('at /oauth2/%s', (endpoint) => {
  const ask = (one: TrustingMachine, text: string) =>
    post(gateway, endpoint, {
      client_id: one.clientId,
      client_assertion_type: assertionType,
      client_assertion: text,
      token: 'x',
    });

  test('the token of a workload authenticates as a client assertion', async () => {
    const one = await trustingMachine(gateway);
    expect((await ask(one, token(one))).status).toBe(200);
  });

  test('the token of another workload does not', async () => {
    const one = await trustingMachine(gateway);
    expect(await ask(one, token(one, { sub: 'x' }))).toMatchObject(ways['client assertion'].error);
  });
});
