import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/** Where the embedded PostgreSQL of a DATA_DIR is at the moment: its postmaster, and the way to it. */
export function whereIs(dataDir: string): { pid: number; connection: pg.ClientConfig } {
  const lines = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const [pid, host] = [Number(lines[0]), lines[4]];
  return { pid, connection: { host, port: 5432, user: 'postgres', database: 'postgres' } };
}

/** Stops the postmaster and all its processes. @returns what lets them go on */
export async function stopAll(postmaster: number): Promise<() => void> {
  // First of all: one that runs may bring up another process between the list and its end.
  process.kill(postmaster, 'SIGSTOP');
  const children = await childrenOf(postmaster);
  signalAll(children, 'SIGSTOP');
  return () => signalAll([postmaster, ...children], 'SIGCONT');
}

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return processes.filter(([, of]) => of === parent).map(([pid]) => Number(pid));
}

/** Sends a signal to each; one that has just ended is left out. */
function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** A process that serves the gateway, one that is at work if there is one. */
export async function backendOf(connection: pg.ClientConfig): Promise<number | undefined> {
  const client = new pg.Client(connection).on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
       order by state = 'active' desc, query_start desc nulls last limit 1`,
    );
    return rows[0]?.pid;
  } finally {
    await client.end();
  }
}
