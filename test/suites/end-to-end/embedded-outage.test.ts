import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createPath } from '../../harness/gateway.js';
import { type GatewayProcess, startProcess, stopAll } from '../../harness/gateway-process.js';

let dataDir: string;
let gateway: GatewayProcess;
let headers: Record<string, string>;
beforeAll(async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-outage-')));
  // A gateway that runs as root starts PostgreSQL as another user, who needs access to this folder.
  await chmod(folder, 0o755);
  dataDir = join(folder, 'data');
  gateway = await startProcess({ DATA_DIR: dataDir });
  await gateway.ready();
  const header = (name: string) => new RegExp(`'${name}: ([^']+)'`).exec(gateway.stdout())?.[1] ?? '';
  headers = { authorization: header('authorization'), 'x-tenantid': header('x-tenantid') };
});
afterAll(async () => {
  await stopAll();
  await rm(join(dataDir, '..'), { recursive: true });
});

const create = async () => (await fetch(gateway.url + createPath, { method: 'POST', headers })).status;
const readyz = async () => (await fetch(`${gateway.url}/readyz`)).status;

const lockFile = async (folder = dataDir) =>
  (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
const postmaster = async (folder = dataDir) => Number((await lockFile(folder))[0]);

async function within(milliseconds: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new Error(`not within ${milliseconds} ms: ${holds}\n${gateway.stderr().slice(-1000)}`);
    await setTimeout(25);
  }
}

test('a gateway whose PostgreSQL is killed under load works again within 5 seconds', async () => {
  let done = false;
  const statuses = new Set<number>();
  const caller = async () => {
    while (!done) {
      statuses.add(await create());
      await setTimeout(20);
    }
  };
  const load = Promise.all([caller(), caller(), caller(), caller()]);
  try {
    await setTimeout(300);
    process.kill(await postmaster(), 'SIGKILL');
    await within(2000, async () => statuses.has(503));
    await within(5000, async () => (await create()) === 200 && (await readyz()) === 200);
  } finally {
    done = true;
    await load;
  }
  expect([...statuses].sort()).toEqual([200, 503]);
});

test('a PostgreSQL that is stopped in its tracks is a 503 in time, and works on when it continues', async () => {
  const { rows, client } = await backends();
  await client.end();
  // The postmaster accepts connections and its children answer them, so that all of them have to stop.
  const pids = [await postmaster(), ...rows.map(({ pid }) => pid)];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await setTimeout(1000); // The gateway uses the result of its last check for a second.
    const began = Date.now();
    expect(await readyz()).toBe(503);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(await create()).toBe(503);
    expect(Date.now() - began).toBeLessThan(6000);
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  await within(5000, async () => (await create()) === 200 && (await readyz()) === 200);
});

test('SIGTERM while PostgreSQL is being brought back ends the gateway, and leaves no process', async () => {
  const other = join(dataDir, '..', 'other');
  const one = await startProcess({ DATA_DIR: other });
  await one.ready();
  process.kill(await postmaster(other), 'SIGKILL');
  process.kill(one.pid, 'SIGTERM');
  expect(await one.ended()).toBe(0);
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-A', '-o', 'command=']);
  expect(stdout).not.toContain(`-D ${other}`);
});

test('a gateway that has lost its DATA_DIR to another one ends with 1 and says why', async () => {
  const { client } = await backends();
  const { rows } = await client.query(`select pid, objid from pg_locks where locktype = 'advisory'`);
  const taking = client.query('select pg_advisory_lock($1)', [rows[0].objid]);
  const { client: admin } = await backends();
  await within(10_000, async () => {
    const waiting = await admin.query(`select from pg_stat_activity where wait_event_type = 'Lock'`);
    return waiting.rowCount === 1;
  });
  await admin.query('select pg_terminate_backend($1)', [rows[0].pid]);
  await taking;
  expect(await gateway.ended()).toBe(1);
  expect(gateway.stderr()).toMatch(/"level":60.*Another gateway is already using DATA_DIR/);
  expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  await Promise.all([client.end(), admin.end()]);
  // The next gateway takes over the running PostgreSQL, so that it stops with this gateway.
  const next = await startProcess({ DATA_DIR: dataDir });
  await next.ready();
});

/** Connects to PostgreSQL. @returns the connection, and the sessions of the gateway */
async function backends() {
  const [, , , , host] = await lockFile();
  const client = new pg.Client({ host, port: 5432, user: 'postgres', database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return { client, rows };
}
