import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { StartError } from '../start-error.js';

/** The user that runs PostgreSQL's programs, and how to start them. */
export interface Runner {
  /** The required owner of PostgreSQL's files, as seen from the gateway. */
  uid: number;
  gid: number;
  /** The part of the command line before the program. */
  prefix: string[];
  /** Options of `spawn`. */
  identity: { uid?: number; gid?: number };
}

/**
 * Returns the environment of PostgreSQL's programs. It does not contain the gateway's secrets, or variables such as
 * PGPORT and LANG that would change the behavior of the programs.
 */
export const environment = () => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', ...memory });

/**
 * The number of bytes that glibc keeps for a session, instead of returning them to the system after each statement and
 * requesting them again for the next (mallopt(3)). To plan a page of the audit log with a dozen partitions takes 1 MB.
 */
const memory = { MALLOC_TRIM_THRESHOLD_: '8388608', MALLOC_MMAP_THRESHOLD_: '4194304' };

/**
 * The ID of the user that runs PostgreSQL when the gateway runs as root, because PostgreSQL does not run as root.
 * initdb needs a user with a name. User 1 has a name on Debian and macOS (daemon) and on Red Hat (bin), and hardly any
 * other program runs as this user.
 */
const unprivileged = 1;

const direct = (uid: number, gid: number): Runner => ({ uid, gid, prefix: [], identity: {} });

/**
 * Runs PostgreSQL as root in a user namespace in which root looks like another user. PostgreSQL can still read files
 * that only root may read.
 */
const userNamespace: Runner = {
  uid: 0,
  gid: 0,
  prefix: ['unshare', '--user', `--map-user=${unprivileged}`, `--map-group=${unprivileged}`, '--'],
  identity: {},
};

const as = (uid: number, gid: number): Runner => ({ uid, gid, prefix: [], identity: { uid, gid } });

/**
 * Chooses the runner. An ordinary user runs PostgreSQL directly. Root tries several ways, because containers often
 * block user namespaces.
 */
export async function chooseRunner(postgres: string, cluster: string): Promise<Runner> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid !== 0) return direct(uid, gid);

  const owner = await stat(cluster).catch(() => undefined);
  // A cluster that a user has created remains that user's, so that one start with `sudo` does not lock the user out.
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
    `PostgreSQL does not run as root, and the gateway cannot run it as another user (${failures.join('; ')}). ` +
      'Start the gateway as an ordinary user, or set DATABASE_URL.',
  );
}

/**
 * Runs a program until it ends.
 * @param signal kills the program and the processes that it has started
 * @throws Error with the program's own message
 */
export async function runProgram(
  runner: Runner,
  program: string,
  args: string[],
  signal?: AbortSignal,
): Promise<void> {
  const [file = program, ...rest] = [...runner.prefix, program, ...args];
  const child = spawn(file, rest, {
    // The program and the processes that it starts are a group, so that Ctrl-C in the terminal reaches only the gateway.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(),
    ...runner.identity,
  });
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The program has just ended.
    }
  };
  signal?.addEventListener('abort', kill, { once: true });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  let fault: Error | undefined;
  child.once('error', (error) => {
    fault = error;
  });
  // This event comes when the processes that the program has started have ended, too.
  await new Promise((resolve) => child.once('close', resolve));
  signal?.removeEventListener('abort', kill);
  if (child.exitCode === 0) return;
  const { exitCode, signalCode } = child;
  throw new Error(
    /^.*error:.*$/m.exec(stderr)?.[0] ||
      stderr.trim().split('\n')[0] ||
      (fault?.message ?? `${program} ended with ${signalCode ?? `exit code ${exitCode}`}`),
  );
}
