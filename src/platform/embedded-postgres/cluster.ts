import { existsSync } from 'node:fs';
import { chown, lchown, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { type Runner, runProgram } from './runner.js';

/** The prefix of folders in which initdb is still at work. */
const unfinished = 'postgres.new-';

const initdbOptions = [
  '--username=postgres',
  // The folder of the socket is open to its owner alone, so that everyone who reaches PostgreSQL is the owner.
  '--auth=trust',
  '--encoding=UTF8',
  // The built-in locale sorts in the same way on every machine, whatever locales the system has.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

/** Makes the cluster if there is none, and gives it to the user who runs PostgreSQL. */
export async function prepareCluster(dataDir: DataDir, initdb: string, runner: Runner): Promise<void> {
  if (!isCluster(dataDir)) await createCluster(dataDir, initdb, runner);
  const { uid } = await stat(dataDir.cluster);
  if (uid !== runner.uid) await handOver(dataDir.cluster, runner);
}

/** Removes unfinished clusters of starts that were killed. Only the owner may do so, and after it owns DATA_DIR. */
export async function removeUnfinished({ root }: DataDir): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(unfinished));
  // Another gateway's initdb goes on writing there until it notices, hence the retries.
  for (const name of names) await rm(join(root, name), { recursive: true, force: true, maxRetries: 5 });
}

/** Makes the cluster under another name and renames it, so that it appears whole or not at all, and only once. */
async function createCluster(dataDir: DataDir, initdb: string, runner: Runner): Promise<void> {
  const folder = await mkdtemp(join(dataDir.root, unfinished));
  try {
    await chown(folder, runner.uid, runner.gid);
    await runProgram(runner, initdb, [...initdbOptions, '-D', folder]);
    await rename(folder, dataDir.cluster);
    await syncFolder(dataDir.root);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (isCluster(dataDir)) return; // another gateway was faster
    throw new StartError(
      `PostgreSQL cannot create its files in ${dataDir.cluster} (${(error as Error).message}). ` +
        'Choose another DATA_DIR, or set DATABASE_URL.',
    );
  }
}

/** Tells whether there is a cluster in DATA_DIR. */
export const isCluster = ({ cluster }: DataDir) => existsSync(join(cluster, 'PG_VERSION'));

/** Syncs a folder to disk: a rename in it outlives a power failure only then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}

async function handOver(cluster: string, { uid, gid }: Runner): Promise<void> {
  for (const name of await readdir(cluster, { recursive: true })) await lchown(join(cluster, name), uid, gid);
  // The owner of the folder itself shows that all is done, so that it changes last.
  await lchown(cluster, uid, gid);
}
