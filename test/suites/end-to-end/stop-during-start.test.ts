import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '../../harness/database.js';
import { startProcess, stopAll } from '../../harness/gateway-process.js';
import { untilWaiting, withMigrationLock } from '../../harness/migration-lock.js';
import { until } from '../../harness/until.js';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'stop-during-start-')));
  // A gateway that runs as root starts PostgreSQL as another user, who needs access to this folder.
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true });
});

// A terminal sends SIGINT to all processes of the group, and npm sends it to the gateway once more.
test.each([
  ['SIGINT', 'all processes of the group'],
  ['SIGTERM', 'the gateway'],
] as const)(
  '%s to %s, while the cluster is created, ends the start and leaves nothing half made',
  async (signal, whom) => {
    const dataDir = join(folder, signal);
    const first = await startProcess({ DATA_DIR: dataDir }, { ownGroup: true });
    const names = async () => (existsSync(dataDir) ? readdirSync(dataDir) : []);
    const isHalfMade = (name: string) =>
      /^postgres\.new-/.test(name) && existsSync(join(dataDir, name, 'global/pg_control'));
    expect((await until(names, (found) => found.some(isHalfMade))).filter(isHalfMade)).toHaveLength(1);
    if (whom !== 'the gateway') process.kill(-first.pid, signal);
    process.kill(first.pid, signal);

    expect(await first.ended()).toBe(0);
    expect(first.stdout()).toBe('');
    const lines = first.stderr().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: `Starting with an embedded PostgreSQL in ${dataDir}` },
      { msg: 'Stopped before the start was complete', signal },
    ]);
    expect(readdirSync(dataDir)).toEqual(['development.json']);

    const second = await startProcess({ DATA_DIR: dataDir });
    await second.ready();
    expect(await second.stop()).toBe(0);
  },
);

test('SIGINT while a gateway takes over the PostgreSQL of a killed one stops both', async () => {
  const dataDir = join(folder, 'taken-over');
  const killed = await startProcess({ DATA_DIR: dataDir });
  await killed.ready();
  process.kill(killed.pid, 'SIGKILL');
  await killed.ended();
  const lock = join(dataDir, 'postgres', 'postmaster.pid');
  expect(existsSync(lock)).toBe(true);

  const next = await startProcess({ DATA_DIR: dataDir });
  // The takeover takes about 50 milliseconds.
  while (!next.stderr().includes('Starting with an embedded PostgreSQL')) await setTimeout(1);
  process.kill(next.pid, 'SIGINT');
  expect(await next.ended()).toBe(0);
  expect(next.stdout()).toBe('');
  expect(existsSync(lock)).toBe(false);
});

test('SIGTERM while another gateway migrates the database ends the start', async () => {
  const empty = await createDatabase('template0');
  await withMigrationLock(empty.url, async () => {
    const one = await startProcess({ DATA_DIR: join(folder, 'waiting'), DATABASE_URL: empty.url });
    await untilWaiting(one);
    process.kill(one.pid, 'SIGTERM');
    expect(await one.ended()).toBe(0);
    expect(one.stderr()).toContain('"msg":"Stopped before the start was complete"');
    expect(one.stdout()).toBe('');
  });
  await empty.drop();
});
