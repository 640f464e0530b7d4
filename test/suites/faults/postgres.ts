import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/** Finds the postmaster of the embedded PostgreSQL of a DATA_DIR, and how to connect to it. */
export function whereIs(dataDir: string): { pid: number; connection: pg.ClientConfig } {
  const lines = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const [pid, host] = [Number(lines[0]), lines[4]];
  return { pid, connection: { host, port: 5432, user: 'postgres', database: 'postgres' } };
}

/** Stops the postmaster and all its processes. @returns a function that lets them continue */
export async function stopAll(postmaster: number): Promise<() => void> {
  // The postmaster stops first, because a running one may start another process after the list is made.
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

/** Sends a signal to processes, some of which may have just ended. */
function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Finds a process of PostgreSQL that serves the gateway, preferably while it runs a statement. */
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
