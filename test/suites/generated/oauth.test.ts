import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addKey, createKeyPair, keyMachine, sign } from '../../api/oauth/assertions.js';
import { getToken, machine, wrongSecret } from '../../api/oauth/machine.js';
import { revoke } from '../../api/oauth/token-requests.js';
import { setAudience } from '../../features/audiences/audience-calls.js';
import { somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { kindOfOAuthAnswer } from './oauth-answer.js';
import { type OAuthWorld, oauthRequest } from './oauth-request.js';
import { runAll } from './run.js';
import { report, sample } from './seed.js';

const requests = 20_000;
const assertions = 500;

let gateway: Gateway;
let world: OAuthWorld;
beforeAll(async () => {
  gateway = await startGateway();
  world = await createWorld();
});
afterAll(() => gateway.close());

async function createWorld(): Promise<OAuthWorld> {
  const admin = await somebody(gateway);
  const create = (input = {}) => machine(gateway, input, admin);
  const [one, asker, disabled] = [
    await create(),
    await create({ permissions: ['api:read', 'api:write', 'oauth:introspect'] }),
    await create(),
  ];
  await admin.rest('POST', `/${disabled.id}/disable`);
  const withKey = await keyMachine(gateway, 'ES256', {}, admin);
  const rsa = createKeyPair('RS256');
  const { kid } = await addKey(withKey, rsa.publicKey);
  const signers = [withKey, { ...withKey, ...rsa, kid, algorithm: 'RS256' as const }];
  const now = Math.floor(Date.now() / 1000);
  const signed = Array.from({ length: assertions }, (_, index) =>
    // The assertions are valid for the whole run.
    sign(signers[index % 2] ?? withKey, { iat: undefined, exp: now + 320 }),
  );
  const revoked = await getToken(gateway, one);
  const audiences = ['https://mcp.example.com', 'https://orders.example.com/v1'];
  const owner = await somebody(gateway, admin.tenant, 'super_admin');
  for (const [index, uri] of audiences.entries())
    await setAudience(owner, { uri, permissions: index === 0 ? ['api:read'] : ['api:write'] });
  await revoke(gateway, one, revoked);
  return {
    secrets: [
      ...[one, asker, one, asker, one, asker].map(({ clientId, clientSecret }): [string, string] => [
        clientId,
        clientSecret,
      ]),
      [disabled.clientId, disabled.clientSecret],
      [one.clientId, asker.clientSecret],
      [one.clientId, wrongSecret],
    ],
    assertions: await Promise.all(signed),
    tokens: [await getToken(gateway, one), await getToken(gateway, asker), revoked],
    audiences: ['https://gateway.example.com/api', ...audiences],
  };
}

test(`${requests} generated requests to the OAuth 2.0 endpoints have answers that fit`, async () => {
  const since = Date.now();
  const run = await runAll(gateway.url, sample(oauthRequest(world), requests), kindOfOAuthAnswer);
  report('OAuth', run, (Date.now() - since) / 1000);
  expect([...run.faults]).toEqual([]);
  for (const kind of ['200 token', '200 introspect', '200 revoke', '401 invalid_client'])
    expect(run.counts.get(kind)).toBeGreaterThan(100);
  for (const kind of ['400 invalid_scope', '400 invalid_target', '400 invalid_grant'])
    expect(run.counts.get(kind)).toBeGreaterThan(5);
}, 600_000);
