import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StartError } from '../start-error.js';
import type { Runner } from './runner.js';

/** What the embedded PostgreSQL has in DATA_DIR. */
export interface DataDir {
  /** The real path of DATA_DIR, so that two names of one folder are one. */
  root: string;
  /** The cluster: what PostgreSQL calls its data directory. */
  cluster: string;
  /** What the running PostgreSQL has to say. */
  log: string;
}

/** Makes DATA_DIR if it is missing, and makes sure that this user can work in it. */
export async function prepareDataDir(dataDir: string): Promise<DataDir> {
  const root = await makeFolder(resolve(dataDir));
  const cluster = join(root, 'postgres');
  const owner = (await stat(cluster).catch(() => undefined))?.uid;
  const user = process.getuid?.();
  if (owner !== undefined && user !== 0 && owner !== user) {
    throw new StartError(
      `${cluster} belongs to another user (${owner}): start the gateway as that user, ` +
        'choose another DATA_DIR, or set DATABASE_URL',
    );
  }
  return { root, cluster, log: join(root, 'postgres.log') };
}

/** Returns the real path. */
async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    // With the dot a file in the place of the folder fails as well.
    await access(`${path}/.`, constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartError(
      `DATA_DIR ${path} cannot be written (${reason}): choose another, or set DATABASE_URL`,
    );
  }
}

/**
 * Lets the user that a gateway of root runs PostgreSQL as pass through DATA_DIR. Nothing in it opens up by
 * that: each of its files is private to its own owner.
 */
export async function letThrough({ root }: DataDir, runner: Runner): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, mode } = await stat(root);
  if (uid !== runner.uid) await chmod(root, (mode & 0o7777) | 0o001);
}
