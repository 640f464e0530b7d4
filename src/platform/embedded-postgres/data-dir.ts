import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StartError } from '../start-error.js';
import type { Runner } from './runner.js';

/** The paths of the embedded PostgreSQL in DATA_DIR. */
export interface DataDir {
  /** The real path of DATA_DIR, so that two names of the same folder are equal. */
  root: string;
  /** The path of the cluster, which is PostgreSQL's name for its data directory. */
  cluster: string;
  /** The log file of the running PostgreSQL. */
  log: string;
}

/** Creates DATA_DIR if it does not exist. @throws StartError if this user cannot use it */
export async function prepareDataDir(dataDir: string): Promise<DataDir> {
  const root = await makeFolder(resolve(dataDir));
  const cluster = join(root, 'postgres');
  const owner = (await stat(cluster).catch(() => undefined))?.uid;
  const user = process.getuid?.();
  if (owner !== undefined && user !== 0 && owner !== user) {
    throw new StartError(
      `${cluster} belongs to another user (uid ${owner}). Start the gateway as that user, ` +
        'choose another DATA_DIR, or set DATABASE_URL.',
    );
  }
  return { root, cluster, log: join(root, 'postgres.log') };
}

/** Creates a folder if it does not exist. @returns its real path */
async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    // Because of the dot, this also fails if the path is a file instead of a folder.
    await access(`${path}/.`, constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartError(
      `DATA_DIR ${path} is not writable (${reason}). Choose another DATA_DIR, or set DATABASE_URL.`,
    );
  }
}

/**
 * Allows the user as whom root runs PostgreSQL to traverse DATA_DIR. This makes no file readable, because each file in
 * DATA_DIR is private to its owner.
 */
export async function letThrough({ root }: DataDir, runner: Runner): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, mode } = await stat(root);
  if (uid !== runner.uid) await chmod(root, (mode & 0o7777) | 0o001);
}
