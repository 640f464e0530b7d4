import { type ExecFileException, execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartError } from '../start-error.js';

const run = promisify(execFile);

/** Who runs PostgreSQL's programs, and how. */
export interface Runner {
  /** The owner that PostgreSQL's files need, as seen from the gateway. */
  uid: number;
  gid: number;
  /** What a command line begins with, before the program. */
  prefix: string[];
  /** For `spawn`. */
  identity: { uid?: number; gid?: number };
}

/**
 * The environment of PostgreSQL's programs: the gateway's own has secrets in it, and variables like PGPORT
 * and LANG that would change what they do.
 */
export const environment = () => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' });

/**
 * PostgreSQL's user where the gateway is root, which PostgreSQL refuses. It has to have a name (initdb asks
 * for it), and 1 has one on Debian and macOS (daemon) and on Red Hat (bin), while hardly anything runs as it.
 */
const unprivileged = 1;

const direct = (uid: number, gid: number): Runner => ({ uid, gid, prefix: [], identity: {} });

/** Root that looks like another user from inside: it still reaches what only root may read. */
const userNamespace: Runner = {
  uid: 0,
  gid: 0,
  prefix: ['unshare', '--user', `--map-user=${unprivileged}`, `--map-group=${unprivileged}`, '--'],
  identity: {},
};

const as = (uid: number, gid: number): Runner => ({ uid, gid, prefix: [], identity: { uid, gid } });

/** Chooses the runner. Root's are tried, since containers often block namespaces; an ordinary user has one. */
export async function chooseRunner(postgres: string, cluster: string): Promise<Runner> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid !== 0) return direct(uid, gid);

  const owner = await stat(cluster).catch(() => undefined);
  // A cluster that a user made stays that user's: `sudo` once must not lock them out of it.
  const candidates =
    owner && owner.uid !== 0 ? [as(owner.uid, owner.gid)] : [userNamespace, as(unprivileged, unprivileged)];
  const failures: string[] = [];
  for (const runner of candidates) {
    try {
      await runProgram(runner, postgres, ['--version']);
      return runner;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new StartError(
    `PostgreSQL cannot run as root, and not as another user here (${failures.join('; ')}): ` +
      'start the gateway as an ordinary user, or set DATABASE_URL',
  );
}

/** Runs a program to its end; its error's message is the program's own word on what went wrong. */
export async function runProgram(runner: Runner, program: string, args: string[]): Promise<void> {
  const [file = program, ...rest] = [...runner.prefix, program, ...args];
  try {
    await run(file, rest, { env: environment(), ...runner.identity });
  } catch (error) {
    const { stderr, message } = error as ExecFileException;
    throw new Error(/^.*error:.*$/m.exec(stderr ?? '')?.[0] ?? (stderr?.trim().split('\n')[0] || message));
  }
}
