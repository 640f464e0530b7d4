import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { StartError } from '../start-error.js';
import { isCluster, prepareCluster, removeUnfinished } from './cluster.js';
import { connectWhenReady } from './connection.js';
import { type DataDir, letThrough } from './data-dir.js';
import { takeOwnership } from './ownership.js';
import { loadPrograms } from './programs.js';
import { chooseRunner } from './runner.js';
import { findServer, lastWords, type Server, spawnServer, stopServer } from './server.js';
import { dropSocketFolder, prepareSocketFolder } from './socket-folder.js';

/** A running PostgreSQL, and the connection that makes this gateway its owner. */
export interface Held {
  server: Server;
  owner: pg.Client;
  /** Resolves when the connection has ended, and the ownership with it. */
  lost: Promise<unknown>;
}

export interface AcquireOptions {
  /** More of PostgreSQL's settings. */
  settings: Record<string, string>;
  /** Called when PostgreSQL's process is there, which will take a moment to be ready. */
  onLaunch?: (() => void) | undefined;
  /** Starts PostgreSQL on what is there, and never makes a new cluster in its place. */
  again?: boolean;
  /** Gives up, and stops what it has started. */
  signal?: AbortSignal;
}

/** Starts PostgreSQL on DATA_DIR, or takes over the one that a killed gateway has left running there. */
export async function acquire(dataDir: DataDir, options: AcquireOptions): Promise<Held> {
  const { onLaunch, signal } = options;
  // Gateways that start and stop at the same time get in each other's way: a server that was found can be
  // about to stop, and one that was launched can come second. Then it is all to be seen anew.
  for (let failures = 0; failures < 3; ) {
    signal?.throwIfAborted();
    const found = await findServer(dataDir);
    const server = found ?? (await launchServer(dataDir, options));
    onLaunch?.();
    const owner = await connectWhenReady(server, dataDir, signal);
    const lost = new Promise((resolve) => owner?.once('end', resolve));
    if (owner && (await own(owner, dataDir))) return { server, owner, lost };
    if (!found && signal?.aborted) await stopServer(server);
    if (found || owner || (await findServer(dataDir))) continue;
    failures++;
    await dropSocketFolder(server.socketFolder);
    await setTimeout(100); // the processes of a PostgreSQL that was killed take a moment to end
  }
  throw new StartError(
    `PostgreSQL does not start on ${dataDir.cluster}: mend that, choose another DATA_DIR, or set DATABASE_URL. ` +
      `The last lines of ${dataDir.log}:\n${await lastWords(dataDir)}`,
  );
}

async function launchServer(dataDir: DataDir, { settings, again }: AcquireOptions): Promise<Server> {
  if (again && !isCluster(dataDir)) throw new StartError(`${dataDir.cluster} is there no more`);
  const { initdb, postgres } = await loadPrograms();
  const runner = await chooseRunner(postgres, dataDir.cluster);
  await letThrough(dataDir, runner);
  await prepareCluster(dataDir, initdb, runner);
  const socketFolder = await prepareSocketFolder(dataDir.root, runner);
  return spawnServer(dataDir, postgres, runner, socketFolder, settings);
}

/** Takes the ownership, or closes the client. */
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
