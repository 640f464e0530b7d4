import { existsSync } from 'node:fs';
import { chown, lchown, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { DataDir } from './data-dir.js';
import { type Runner, runProgram } from './runner.js';

/** The prefix of the folders in which initdb has not finished. */
const unfinished = 'postgres.new-';

const initdbOptions = [
  '--username=postgres',
  // Only the owner of the socket's folder can open it, so everyone who can connect is the owner.
  '--auth=trust',
  '--encoding=UTF8',
  // The built-in locale sorts in the same way on every machine, because it does not depend on the system's locales.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

/**
 * Creates the cluster if it does not exist, and makes the user who runs PostgreSQL its owner.
 * @throws the reason of the signal if it is aborted while the cluster is created
 */
export async function prepareCluster(
  dataDir: DataDir,
  initdb: string,
  runner: Runner,
  signal?: AbortSignal,
): Promise<void> {
  if (!isCluster(dataDir)) await createCluster(dataDir, initdb, runner, signal);
  const { uid } = await stat(dataDir.cluster);
  if (uid !== runner.uid) await handOver(dataDir.cluster, runner);
}

/** Removes the unfinished clusters of starts that were killed. Only the gateway that owns DATA_DIR may call this. */
export async function removeUnfinished({ root }: DataDir): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(unfinished));
  // The initdb of another gateway may continue to write there until it notices the removal, so this retries.
  for (const name of names) await rm(join(root, name), { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Creates the cluster under another name and then renames it. Thus a cluster is always complete, and is created only
 * once.
 */
async function createCluster(
  dataDir: DataDir,
  initdb: string,
  runner: Runner,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const folder = await mkdtemp(join(dataDir.root, unfinished));
  try {
    await chown(folder, runner.uid, runner.gid);
    await runProgram(runner, initdb, [...initdbOptions, '-D', folder], signal);
    await rename(folder, dataDir.cluster);
    await syncFolder(dataDir.root);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    signal?.throwIfAborted();
    if (isCluster(dataDir)) return; // another gateway was faster
    throw new StartError(
      `PostgreSQL cannot create its files in ${dataDir.cluster} (${(error as Error).message}). ` +
        'Choose another DATA_DIR, or set DATABASE_URL.',
    );
  }
}

/** Returns whether DATA_DIR contains a cluster. */
export const isCluster = ({ cluster }: DataDir) => existsSync(join(cluster, 'PG_VERSION'));

/** Syncs a folder to disk. Without this, a rename in the folder may be lost in a power failure. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}

async function handOver(cluster: string, { uid, gid }: Runner): Promise<void> {
  for (const name of await readdir(cluster, { recursive: true })) await lchown(join(cluster, name), uid, gid);
  // The owner of the cluster's folder shows whether the handover is complete, so it changes last.
  await lchown(cluster, uid, gid);
}
