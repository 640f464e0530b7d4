import { existsSync } from 'node:fs';
import { chown, lchown, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { type Runner, runProgram } from './runner.js';

const unfinished = 'postgres.new-';

const options = [
  '--username=postgres',
  // The socket's folder is open to its owner alone, so whoever reaches PostgreSQL is the owner.
  '--auth=trust',
  '--encoding=UTF8',
  // Sorts alike on every machine, whatever locales the system has.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

/** Makes the cluster unless there is one, and sees to it that it belongs to the user who runs PostgreSQL. */
export async function prepareCluster(dataDir: DataDir, initdb: string, runner: Runner): Promise<void> {
  if (!isCluster(dataDir)) await createCluster(dataDir, initdb, runner);
  const { uid } = await stat(dataDir.cluster);
  if (uid !== runner.uid) await handOver(dataDir.cluster, runner);
}

/** Removes what starts that were killed have left. Only for the owner: others may be at it right now. */
export async function removeUnfinished({ root }: DataDir): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(unfinished));
  // Retries, since another starter's initdb goes on writing there until it notices.
  for (const name of names) await rm(join(root, name), { recursive: true, force: true, maxRetries: 5 });
}

/** Makes it under another name first: a cluster appears whole or not at all, and the first of two stays. */
async function createCluster(dataDir: DataDir, initdb: string, runner: Runner): Promise<void> {
  const folder = await mkdtemp(join(dataDir.root, unfinished));
  try {
    await chown(folder, runner.uid, runner.gid);
    await runProgram(runner, initdb, [...options, '-D', folder]);
    await rename(folder, dataDir.cluster);
    await syncFolder(dataDir.root);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (isCluster(dataDir)) return; // another gateway was faster
    throw new StartError(
      `PostgreSQL cannot make its files in ${dataDir.cluster} (${(error as Error).message}): ` +
        'choose another DATA_DIR, or set DATABASE_URL',
    );
  }
}

export const isCluster = ({ cluster }: DataDir) => existsSync(join(cluster, 'PG_VERSION'));

/** A rename outlives a power failure only when its folder is on the disk, too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}

async function handOver(cluster: string, { uid, gid }: Runner): Promise<void> {
  for (const name of await readdir(cluster, { recursive: true })) await lchown(join(cluster, name), uid, gid);
  // The folder itself comes last: it is what tells that all is done.
  await lchown(cluster, uid, gid);
}
