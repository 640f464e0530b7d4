import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess, stopAll } from '../../../harness/gateway-process.js';
import { keyEncryptionKey, setting } from './gateways-with-keys.js';

/** The timeout is long, because the embedded PostgreSQL starts five times and the machine may be slow. */
const timeoutMs = 90_000;

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'embedded-keys-')));
  // A gateway that runs as root starts PostgreSQL as another user, who needs access to this folder.
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true });
});

/** Runs `npm run keys` without the build, in a folder without a .env. */
function keys(env: NodeJS.ProcessEnv, ...args: string[]) {
  const { PATH, TMPDIR } = process.env;
  const command = resolve('dist/src/cli/keys.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    env: { PATH, TMPDIR, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

test(
  'where KEY_ENCRYPTION_KEYS was lost, the gateway tells the command that helps, and starts after it',
  async () => {
    const DATA_DIR = join(folder, 'data');
    const [before, after] = [keyEncryptionKey(), keyEncryptionKey()].map((key) => ({
      DATA_DIR,
      KEY_ENCRYPTION_KEYS: setting([key]),
    }));
    const lockFile = join(DATA_DIR, 'postgres', 'postmaster.pid');
    const first = await startProcess({ ...before });
    await first.ready();
    expect(keys({ ...before }, 'list', '--json')).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(lockFile)).toBe(true); // The command does not stop the gateway's PostgreSQL.
    await first.stop();

    const failed = await startProcess({ ...after });
    expect(await failed.ended()).toBe(1);
    expect(failed.stderr()).toContain(
      'create a new signing key with `npm run keys -- rotate --compromised --force`\n',
    );

    expect(keys({ ...after }, 'rotate', '--compromised')).toMatchObject({ status: 1, stdout: '' });
    const rotated = keys({ ...after }, 'rotate', '--compromised', '--force', '--json');
    expect(rotated).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^KEY_ENCRYPTION_KEYS does not decrypt /),
    });
    const [{ kid }] = JSON.parse(rotated.stdout);
    expect(existsSync(lockFile)).toBe(false); // The command stops a PostgreSQL that it has started.

    const second = await startProcess({ ...after });
    await second.ready();
    const { keys: published } = (await (await fetch(`${second.url}/oauth2/jwks`)).json()) as {
      keys: unknown[];
    };
    expect(published).toEqual([expect.objectContaining({ kid })]);
    await second.stop();
  },
  timeoutMs,
);

test('a DATA_DIR without a database is reported, and gets none', async () => {
  const DATA_DIR = join(folder, 'empty');
  const env = { DATA_DIR, KEY_ENCRYPTION_KEYS: setting([keyEncryptionKey()]) };
  for (const command of ['list', 'rotate']) {
    expect(keys(env, command)).toEqual({
      status: 1,
      stdout: '',
      stderr: `DATA_DIR ${DATA_DIR} contains no database. Set DATA_DIR to the one of the gateway, or set DATABASE_URL.\n`,
    });
  }
  // Development mode keeps its key encryption key in this file.
  expect(await readdir(DATA_DIR)).toEqual(['development.json']);
});
