import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createDatabase } from '../../harness/database.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { freePort, startProcess, stopAll } from '../../harness/gateway-process.js';
import { migrationLock, untilWaiting } from '../../harness/migration-lock.js';

let gateway: Gateway;
let folder: string;
beforeAll(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'taken-ports-'));
});
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await once(server.close(), 'close');
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
  await rm(folder, { recursive: true });
});

/** Listens on a port, so that a gateway cannot. */
async function take(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return port;
}

/** The message about a taken port. @param next the suggested port */
const message = (variable: string, port: number, next: number) =>
  `service-account-gateway cannot start. ${variable}, HOST: cannot listen on 127.0.0.1:${port} (EADDRINUSE). ` +
  `Another program uses this port. If it is a gateway in the same folder, set another DATA_DIR, too. Choose a free port: ${variable}=${next} npm start\n`;

test.each(['PORT', 'METRICS_PORT'])(
  'if %s is taken, no database is started, and the message suggests a free port',
  async (variable) => {
    const port = await take(await freePort());
    const dataDir = join(folder, variable);
    const one = await startProcess({ DATA_DIR: dataDir, [variable]: `${port}` });
    expect(await one.ended()).toBe(1);
    expect(one.stdout()).toBe('');
    expect(one.stderr()).toBe(message(variable, port, port + 1));
    for (const name of ['postgres', 'postgres.log']) expect(existsSync(join(dataDir, name))).toBe(false);
  },
);

test('the message suggests neither the next port that is taken nor the one of the metrics', async () => {
  const port = await take(await freePort());
  await take(port + 1);
  const one = await startProcess({ ...gateway.env, PORT: `${port}`, METRICS_PORT: `${port + 2}` });
  expect(await one.ended()).toBe(1);
  expect(one.stderr()).toBe(message('PORT', port, port + 3));
});

test.each(['PORT', 'METRICS_PORT'])(
  'if %s is taken while the gateway starts, the message is the same',
  async (variable) => {
    const empty = await createDatabase('template0');
    const client = new pg.Client({ connectionString: empty.url });
    await client.connect();
    // The gateway waits for this lock when it has checked the ports.
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    const port = await freePort();
    const one = await startProcess({ ...gateway.env, DATABASE_URL: empty.url, [variable]: `${port}` });
    await untilWaiting(one);
    await take(port);
    await client.end();
    expect(await one.ended()).toBe(1);
    expect(one.stdout()).toBe('');
    expect(one.stderr()).toContain(message(variable, port, port + 1));
    await empty.drop();
  },
);
