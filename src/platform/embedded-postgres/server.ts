import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { isServerOf, readLockFile } from './lock-file.js';
import { environment, type Runner } from './runner.js';
import { dropSocketFolder } from './socket-folder.js';

/** A running PostgreSQL, ready or not. */
export interface Server {
  pid: number;
  socketFolder: string;
  isRunning(): Promise<boolean>;
}

/** The port names the socket's file. Fixed, since PGPORT would change it. */
export const port = 5432;

/** Finds the PostgreSQL that runs on the cluster: of another gateway, or left behind by one that was killed. */
export async function findServer({ cluster }: DataDir): Promise<Server | undefined> {
  for (;;) {
    const lines = await readLockFile(join(cluster, 'postmaster.pid'), cluster);
    if (!lines) return undefined;
    const [pid, socketFolder] = [Number(lines[0]), lines[4]];
    if (socketFolder) return { pid, socketFolder, isRunning: () => isServerOf(cluster, pid) };
    await setTimeout(20); // it has just started: the line is still to come
  }
}

/** Starts PostgreSQL on the cluster, without waiting for it. */
export async function spawnServer(
  { cluster, log }: DataDir,
  postgres: string,
  runner: Runner,
  socketFolder: string,
  settings: Record<string, string>,
): Promise<Server> {
  await readLockFile(join(socketFolder, `.s.PGSQL.${port}.lock`), cluster);
  const all = {
    listen_addresses: '',
    port: `${port}`,
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    // After a crash all files are written out before recovery: with one call instead of one for each of some
    // thousand files, which took 2 of the 5 seconds that a gateway may be without its database.
    ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [file = postgres, ...rest] = [...runner.prefix, postgres, '-D', cluster, ...options];

  let output: FileHandle | undefined;
  try {
    output = await open(log, 'a', 0o600);
    await output.chown(runner.uid, runner.gid);
    await output.truncate();
    const child = spawn(file, rest, {
      // Its own session: Ctrl-C in the terminal is for the gateway, which stops PostgreSQL when it is done.
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      cwd: '/',
      env: environment(),
      ...runner.identity,
    });
    child.unref();
    await once(child, 'spawn');
    return {
      pid: child.pid as number,
      socketFolder,
      // Known for certain of a child; its command line is empty for a moment while it begins.
      isRunning: async () => child.exitCode === null && child.signalCode === null,
    };
  } catch (error) {
    throw new StartError(`PostgreSQL does not start here (${(error as Error).message}): set DATABASE_URL`);
  } finally {
    await output?.close();
  }
}

/** Stops PostgreSQL: fast, or at once if that takes too long (it then recovers at its next start). */
export async function stopServer({ pid, socketFolder, isRunning }: Server): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const deadline = Date.now() + 10_000;
    if (await isRunning()) process.kill(pid, signal);
    while (Date.now() < deadline) {
      if (!(await isRunning())) {
        await dropSocketFolder(socketFolder);
        return;
      }
      await setTimeout(20);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop`);
}

/** The end of PostgreSQL's log, for a message. */
export async function lastWords({ log }: DataDir): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-3).join('\n');
}
