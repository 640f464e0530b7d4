import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { StartError } from '../start-error.js';
import { isCluster, prepareCluster, removeUnfinished } from './cluster.js';
import { connectWhenReady } from './connection.js';
import { type DataDir, letThrough } from './data-dir.js';
import { takeOwnership } from './ownership.js';
import {
  findPostmaster,
  type Postmaster,
  readLogEnd,
  spawnPostmaster,
  stopPostmaster,
} from './postmaster.js';
import { loadPrograms } from './programs.js';
import { chooseRunner } from './runner.js';
import { dropSocketFolder, prepareSocketFolder } from './socket-folder.js';

/** A running PostgreSQL, and the connection through which this gateway owns it. */
export interface OwnedPostmaster {
  postmaster: Postmaster;
  owner: pg.Client;
  /** Resolves when the connection has ended, which also ends the ownership. */
  lost: Promise<unknown>;
}

export interface AcquireOptions {
  /** Additional settings of PostgreSQL. */
  settings: Record<string, string>;
  /** Is called when PostgreSQL's process exists, shortly before PostgreSQL is ready. */
  onLaunch?: (() => void) | undefined;
  /** Whether to fail if the cluster does not exist, instead of creating it. */
  mustExist?: boolean;
  /** Makes `acquire` stop trying, and stop a PostgreSQL that it has started. */
  signal?: AbortSignal;
  /** Ends the creation of a cluster. `acquire` then throws the reason. */
  creationSignal?: AbortSignal | undefined;
}

/** Starts PostgreSQL on DATA_DIR, or takes over a running PostgreSQL that a killed gateway has left there. */
export async function acquire(dataDir: DataDir, options: AcquireOptions): Promise<OwnedPostmaster> {
  const { onLaunch, signal } = options;
  // Gateways that start and stop at the same time can interfere. A PostgreSQL that was found may be about to stop, and
  // a PostgreSQL that was launched may find another one running. The loop then starts again.
  for (let failures = 0; failures < 3; ) {
    signal?.throwIfAborted();
    const found = await findPostmaster(dataDir);
    const postmaster = found ?? (await launch(dataDir, options));
    onLaunch?.();
    const owner = await connectWhenReady(postmaster, dataDir, signal);
    const lost = new Promise((resolve) => owner?.once('end', resolve));
    if (owner && (await own(owner, dataDir))) return { postmaster, owner, lost };
    if (!found && signal?.aborted) await stopPostmaster(postmaster);
    if (found || owner || (await findPostmaster(dataDir))) continue;
    failures++;
    await dropSocketFolder(postmaster.socketFolder);
    await setTimeout(100); // the processes of a killed PostgreSQL take a moment to end
  }
  throw new StartError(
    `PostgreSQL cannot start in ${dataDir.cluster}. Fix the cause, choose another DATA_DIR, or set DATABASE_URL. ` +
      `The last lines of ${dataDir.log}:\n${await readLogEnd(dataDir)}`,
  );
}

async function launch(
  dataDir: DataDir,
  { settings, mustExist, creationSignal }: AcquireOptions,
): Promise<Postmaster> {
  if (mustExist && !isCluster(dataDir)) throw new StartError(`${dataDir.cluster} no longer exists`);
  const { initdb, postgres } = await loadPrograms();
  const runner = await chooseRunner(postgres, dataDir.cluster);
  await letThrough(dataDir, runner);
  await prepareCluster(dataDir, initdb, runner, creationSignal);
  const socketFolder = await prepareSocketFolder(dataDir.root, runner);
  return spawnPostmaster(dataDir, postgres, runner, socketFolder, settings);
}

/** Takes the ownership. If this fails, closes the client. */
async function own(client: pg.Client, dataDir: DataDir): Promise<boolean> {
  let owned = false;
  try {
    owned = await takeOwnership(client, dataDir);
    if (owned) await removeUnfinished(dataDir);
    return owned;
  } finally {
    if (!owned) await client.end();
  }
}
