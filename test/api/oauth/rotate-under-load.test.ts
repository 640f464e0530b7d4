import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { startTwoGateways } from '../../harness/two-gateways.js';
import { basic, type Machine, machine } from './machine.js';

/** One of two gateways on one database. */
interface Site {
  url: string;
  /** The gateway's public keys as an API reads them, which caches them for as long as it may. */
  keys: JWTVerifyGetKey;
}

let gateway: Gateway;
let sites: Site[];
let stop: () => Promise<unknown>;
beforeAll(async () => {
  gateway = await startGateway();
  const { processes } = await startTwoGateways(gateway);
  stop = () => Promise.all(processes.map((one) => one.stop()));
  sites = processes.map(({ url }) => ({
    url,
    keys: createRemoteJWKSet(new URL(`${url}/oauth2/jwks`)),
  }));
}, 60_000);
afterAll(async () => {
  await stop?.();
  await gateway.close();
});

const issuer = 'https://gateway.example.com/oauth2';
const audience = 'https://gateway.example.com/api';

/** Gets tokens from both gateways all the time, and verifies each with the keys of both. */
function load(clients: number, credentials: () => Pick<Machine, 'clientId' | 'clientSecret'>) {
  let over = false;
  const failures: unknown[] = [];
  let tokens = 0;

  async function client(turn: number): Promise<void> {
    for (let count = turn; !over; count++) {
      const { url } = sites[count % 2] as Site;
      try {
        const response = await fetch(`${url}/oauth2/token`, {
          method: 'POST',
          headers: { authorization: basic(credentials()) },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        });
        if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
        const token: string = JSON.parse(await response.text()).access_token;
        await Promise.all(
          sites.map(({ keys }) => jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' })),
        );
        tokens += 1;
      } catch (error) {
        failures.push(error);
      }
      await sleep(10);
    }
  }

  const running = Array.from({ length: clients }, (_, turn) => client(turn));
  return async () => {
    over = true;
    await Promise.all(running);
    return { failures, tokens };
  };
}

test('rotating a secret with an overlap fails no request, and the old secret expires with the overlap', async () => {
  let current = await machine(gateway);
  const first = current;
  const end = load(8, () => current);
  await sleep(1_000);
  const { body } = await first.admin.rest('POST', `/${first.id}/rotate-secret`, { overlapSeconds: 6 });
  await sleep(2_000); // Operators bring the new secret to every machine during that time.
  current = { ...first, clientSecret: body.data.clientSecret };
  await sleep(5_000);
  const { failures, tokens } = await end();
  expect(failures).toEqual([]);
  expect(tokens).toBeGreaterThan(100);
  const { status } = await fetch(`${sites[0]?.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: basic(first) },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  expect(status).toBe(401);
}, 60_000);
