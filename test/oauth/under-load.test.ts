import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Gateway, startGateway } from '../harness/gateway.js';
import { startTwoGateways } from '../harness/two-gateways.js';
import { basic, decode, type Machine, machine } from './machine.js';

/** What each of two gateways on one database is. */
interface Site {
  url: string;
  /** How an API knows the keys: it asks this gateway, and keeps them for as long as it may. */
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
    // Five minutes, as the answer allows, are five seconds here.
    keys: createRemoteJWKSet(new URL(`${url}/oauth2/jwks`), { cacheMaxAge: 5_000, cooldownDuration: 5_000 }),
  }));
}, 60_000);
afterAll(async () => {
  await stop?.();
  await gateway.close();
});

const issuer = 'https://gateway.example.com/oauth2';
const audience = 'https://gateway.example.com/api';

/** Asks for tokens all the time, at both gateways, and has each verified with the keys of both. */
function load(clients: number, credentials: () => Pick<Machine, 'clientId' | 'clientSecret'>) {
  let over = false;
  const failures: unknown[] = [];
  const kids = new Set<string>();
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
        kids.add(decode(token).header.kid);
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
    return { failures, kids, tokens };
  };
}

test('rotating a secret with an overlap fails no request, and the old one ends when it is over', async () => {
  let current = await machine(gateway);
  const first = current;
  const end = load(8, () => current);
  await sleep(1_000);
  const { body } = await first.admin.rest('POST', `/${first.id}/rotate-secret`, { overlapSeconds: 6 });
  await sleep(2_000); // the new one is brought to every machine
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

test('rotating the signing keys fails no request and no verification, at either gateway', async () => {
  const one = await machine(gateway);
  const end = load(8, () => one);
  await promisify(execFile)(process.execPath, [resolve('dist/src/cli/keys.js'), 'rotate'], {
    cwd: tmpdir(),
    env: { ...gateway.env, PATH: process.env.PATH },
  });
  // Ten minutes are twenty seconds here: gateways look every ten, and APIs every five.
  await gateway.sql(
    `update signing_key set starts_at = now() + interval '20 seconds' where starts_at > now()`,
  );
  await sleep(40_000);
  const { failures, kids, tokens } = await end();
  expect(failures).toEqual([]);
  expect(kids.size).toBe(2);
  expect(tokens).toBeGreaterThan(500);
}, 90_000);
