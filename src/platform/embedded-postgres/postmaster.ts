import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { environment, type Runner } from './runner.js';
import { dropSocketFolder } from './socket-folder.js';

/** The main process of PostgreSQL, which may not be ready yet. */
export interface Postmaster {
  pid: number;
  socketFolder: string;
  isRunning(): Promise<boolean>;
}

/**
 * The name of the socket's file contains the port. The gateway sets the port, because PostgreSQL would otherwise use
 * PGPORT.
 */
export const port = 5432;

/**
 * Finds the PostgreSQL that runs on the cluster. It belongs to another gateway, or a killed gateway has left it
 * running.
 */
export async function findPostmaster({ cluster }: DataDir): Promise<Postmaster | undefined> {
  for (;;) {
    const lines = await readLockFile(join(cluster, 'postmaster.pid'), cluster);
    if (!lines) return undefined;
    const [pid, socketFolder] = [Number(lines[0]), lines[4]];
    if (socketFolder) return { pid, socketFolder, isRunning: () => isPostmasterOf(cluster, pid) };
    await setTimeout(20); // PostgreSQL has just started and has not written this line yet
  }
}

/** Starts PostgreSQL on the cluster. Does not wait until it is ready. */
export async function spawnPostmaster(
  { cluster, log }: DataDir,
  postgres: string,
  runner: Runner,
  socketFolder: string,
  settings: Record<string, string>,
): Promise<Postmaster> {
  await readLockFile(join(socketFolder, `.s.PGSQL.${port}.lock`), cluster);
  const all = {
    listen_addresses: '',
    port: `${port}`,
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    // PostgreSQL syncs all files to disk before it recovers from a crash. With this setting, one system call syncs them
    // all. Without it, PostgreSQL syncs thousands of files one by one, which took 2 of the 5 seconds that a gateway may
    // be without its database.
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
      // PostgreSQL runs in its own session, so that Ctrl-C in the terminal reaches only the gateway. The gateway stops
      // PostgreSQL after it has finished its own work.
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
      // The command line of a child process is empty for a moment after its start. But Node always knows whether a
      // child has ended.
      isRunning: async () => child.exitCode === null && child.signalCode === null,
    };
  } catch (error) {
    throw new StartError(
      `PostgreSQL cannot be started (${(error as Error).message}). Set DATABASE_URL to use another PostgreSQL.`,
    );
  } finally {
    await output?.close();
  }
}

/**
 * Stops PostgreSQL in its fast mode. If this takes too long, stops it in its immediate mode, after which the next start
 * recovers.
 */
export async function stopPostmaster({ pid, socketFolder, isRunning }: Postmaster): Promise<void> {
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
  throw new Error(`PostgreSQL (process ${pid}) did not stop in time`);
}

/** Returns the last lines of PostgreSQL's log, for a message. */
export async function readLogEnd({ log }: DataDir): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-3).join('\n');
}

/**
 * Reads the lines of a lock file of PostgreSQL. The first line is the process ID.
 *
 * If that process is no longer a PostgreSQL, this removes the file. PostgreSQL itself removes it only if no process has
 * that ID. In a container, where process IDs start from 1 again, another process usually has it. If other processes of
 * the old PostgreSQL are still running, a new PostgreSQL notices their shared memory and does not start.
 */
async function readLockFile(path: string, cluster: string): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const command = await commandLine(Number(lines[0]));
  if (isPostmaster(command, cluster)) return lines;
  if (isAnyPostmaster(command)) {
    throw new StartError(
      `${path} belongs to a PostgreSQL (process ${lines[0]}) that uses another directory. Maybe DATA_DIR was moved. ` +
        `Stop that PostgreSQL with "kill -INT ${lines[0]}". If it belongs to another gateway, remove ${path} instead.`,
    );
  }
  await rm(path, { force: true });
  return undefined;
}

/** Returns whether a process is the PostgreSQL of the cluster. Another process may have the same ID by now. */
async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  return isPostmaster(await commandLine(pid), cluster);
}

const isAnyPostmaster = (command: string) => command.includes('/postgres -D ');
const isPostmaster = (command: string, cluster: string) => command.includes(`/postgres -D ${cluster} `);

/** Returns the command line of a process, or an empty string if the process does not exist or has ended. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.replaceAll('\0', ' ');
  }
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', `${pid}`]);
  return (await ps.catch(() => ({ stdout: '' }))).stdout;
}
