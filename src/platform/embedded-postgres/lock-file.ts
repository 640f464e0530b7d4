import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartError } from '../start-error.js';

/**
 * Reads a lock file of PostgreSQL: lines, of which the first is the number of its process. When that runs no
 * more, the file is removed: PostgreSQL does so only if no process at all has the number, and in a container,
 * where numbers begin anew, some other one mostly has it. Should processes of the old PostgreSQL still be at
 * work, a new one sees their shared memory and does not start.
 */
export async function readLockFile(path: string, cluster: string): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const command = await commandLine(Number(lines[0]));
  if (isServer(command, cluster)) return lines;
  if (isAnyServer(command)) {
    throw new StartError(
      `Process ${lines[0]}, a PostgreSQL, holds ${path} but works on another folder (was DATA_DIR moved?): ` +
        `stop it with "kill -INT ${lines[0]}", or remove that file if it is another gateway's`,
    );
  }
  await rm(path, { force: true });
  return undefined;
}

/** Whether the process is the PostgreSQL of this cluster: alone, its number could be another's by now. */
export async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  return isServer(await commandLine(pid), cluster);
}

const isAnyServer = (command: string) => command.includes('/postgres -D ');
const isServer = (command: string, cluster: string) => command.includes(`/postgres -D ${cluster} `);

/** The command line with spaces between its parts; empty when there is no such process, or a dead one. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.replaceAll('\0', ' ');
  }
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', `${pid}`]);
  return (await ps.catch(() => ({ stdout: '' }))).stdout;
}
