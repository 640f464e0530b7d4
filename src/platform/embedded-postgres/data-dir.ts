import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StartError } from '../start-error.js';
import type { Runner } from './runner.js';

/** The paths of the embedded PostgreSQL in DATA_DIR. */
export interface DataDir {
  /** The real path of DATA_DIR, so that two names of one folder count as one. */
  root: string;
  /** The cluster, which is PostgreSQL's word for its data directory. */
  cluster: string;
  /** The log of the running PostgreSQL. */
  log: string;
}

/** Makes DATA_DIR if it is missing. @throws StartError when this user cannot work in it */
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

/** Makes a folder if it is missing. @returns its real path */
async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    // The dot makes this fail for a file in the place of the folder, too.
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
 * Lets the user as whom root runs PostgreSQL traverse DATA_DIR. No file becomes readable by that, since each file in
 * DATA_DIR is private to its own owner.
 */
export async function letThrough({ root }: DataDir, runner: Runner): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, mode } = await stat(root);
  if (uid !== runner.uid) await chmod(root, (mode & 0o7777) | 0o001);
}
