import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { type GatewayProcess, stopAll } from '../../../harness/gateway-process.js';
import { startTwoGateways } from '../../../harness/two-gateways.js';
import { until } from './gateways-with-keys.js';

/** The timeout is long, because the machine may be slow. */
const timeout = 90_000;

/** Makes the gateways look for new keys five times a second instead of every ten seconds. */
const fastPolling = { NODE_OPTIONS: `--import=${pathToFileURL('test/harness/fast-polling.js')}` };

let gateway: Gateway;
let client: { clientId: string; clientSecret: string };
let processes: GatewayProcess[];

beforeAll(async () => {
  gateway = await startGateway();
  const headers = await gateway.as('tenant_admin', await gateway.createTenant());
  client = (await gateway.create(headers)).body.data;
  ({ processes } = await startTwoGateways(gateway, fastPolling));
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
}, timeout);

const kidsAt = async ({ url }: GatewayProcess): Promise<string[]> => {
  const { keys } = (await (await fetch(`${url}/oauth2/jwks`)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};

async function tokenFrom({ url }: GatewayProcess): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (response.status !== 200) throw new Error(`a token request got the status ${response.status}`);
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

const signerOf = async (one: GatewayProcess) => decodeProtectedHeader(await tokenFrom(one));

const pass = (seconds: number) =>
  gateway.sql(
    `update signing_key set created_at = created_at - make_interval(secs => $1),
       starts_at = starts_at - make_interval(secs => $1), retires_at = retires_at - make_interval(secs => $1)`,
    [seconds],
  );

/** Runs `npm run keys` without the build, in a folder without a .env. */
function keys(...args: string[]) {
  const command = resolve('dist/src/cli/keys.js');
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: tmpdir(),
    env: gateway.env,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const everywhere = (holds: (one: GatewayProcess) => Promise<boolean>) =>
  until(async () => (await Promise.all(processes.map(holds))).every(Boolean));

/** Gets tokens from all gateways, and verifies each with the keys of all. `stop` rejects if anything failed. */
function load() {
  // An API uses jose, which caches keys for ten minutes and reads them again for an unknown kid.
  const sets = processes.map(({ url }) => createRemoteJWKSet(new URL(`${url}/oauth2/jwks`)));
  let over = false;
  let checked = 0;
  const client = async (index: number) => {
    while (!over) {
      const token = await tokenFrom(processes[index % processes.length] as GatewayProcess);
      for (const set of sets) await jwtVerify(token, set);
      checked += 1;
      await sleep(20);
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, (_, index) => client(index)));
  clients.catch(() => {});
  return {
    /** Reads the keys again, as an API does in the minutes that `pass` skips. */
    readAgain: () => Promise.all(sets.map((set) => set.reload())),
    /** Stops after 20 more tokens, so that some come after the last change. @returns how many were checked */
    stop: async () => {
      const enough = checked + 20;
      await Promise.race([clients, until(async () => checked > enough)]);
      over = true;
      await clients;
      return checked;
    },
  };
}

test(
  'while keys rotate, two gateways refuse no token request, and each token passes at both',
  async () => {
    const [first] = await kidsAt(processes[0] as GatewayProcess);
    const clients = load();
    keys('rotate');
    await everywhere(async (one) => (await kidsAt(one)).length === 2);
    const [, second] = await kidsAt(processes[0] as GatewayProcess);
    for (const one of processes) expect((await signerOf(one)).kid).toBe(first);
    await clients.readAgain();
    await pass(10 * 60);
    await everywhere(async (one) => (await signerOf(one)).kid === second);
    for (const one of processes) expect(await kidsAt(one)).toEqual([second, first]);
    expect(await clients.stop()).toBeGreaterThan(20);
  },
  timeout,
);

test(
  'after --compromised all gateways drop the earlier keys without a restart',
  async () => {
    const before = await kidsAt(processes[0] as GatewayProcess);
    keys('rotate', '--compromised');
    await everywhere(async (one) => !(await kidsAt(one)).some((kid) => before.includes(kid)));
    for (const one of processes) expect(await kidsAt(one)).toEqual([(await signerOf(one)).kid]);
  },
  timeout,
);
