import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { StartError } from '../../start-error.js';
import { prepareCluster, removeUnfinished } from './cluster.js';
import { connectionTo, connectWhenReady, type EmbeddedConnection } from './connection.js';
import { type DataDir, letThrough, prepareDataDir } from './data-dir.js';
import { takeOwnership } from './ownership.js';
import { loadPrograms } from './programs.js';
import { chooseRunner } from './runner.js';
import { findServer, lastWords, type Server, spawnServer, stopServer } from './server.js';
import { dropSocketFolder, prepareSocketFolder } from './socket-folder.js';

/** The gateway's own PostgreSQL, which lives in DATA_DIR. */
export interface EmbeddedDatabase {
  connection: EmbeddedConnection;
  /** Stops PostgreSQL and gives DATA_DIR free. Can be called again. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL on DATA_DIR, or takes over the one that a killed gateway has left running there. */
export async function startEmbeddedDatabase(options: {
  dataDir: string;
  /** More of PostgreSQL's settings. The defaults are durable; tests give that up for speed. */
  settings?: Record<string, string>;
  /** Called when PostgreSQL's process is there, which will take a moment to be ready. */
  onLaunch?: () => void;
}): Promise<EmbeddedDatabase> {
  const dataDir = await prepareDataDir(options.dataDir);
  // Gateways that start and stop at the same time get in each other's way: a server that was found can be
  // about to stop, and one that was launched can come second. Then it is all to be seen anew.
  for (let failures = 0; failures < 3; ) {
    const found = await findServer(dataDir);
    const server = found ?? (await launchServer(dataDir, options.settings ?? {}));
    options.onLaunch?.();
    const client = await connectWhenReady(server, dataDir);
    if (client && (await own(client, dataDir))) return embeddedDatabase(server, client);
    if (found || client || (await findServer(dataDir))) continue;
    failures++;
    await dropSocketFolder(server.socketFolder);
    await setTimeout(100); // the processes of a PostgreSQL that was killed take a moment to end
  }
  throw new StartError(
    `PostgreSQL does not start on ${dataDir.cluster}: mend that, choose another DATA_DIR, or set DATABASE_URL. ` +
      `The last lines of ${dataDir.log}:\n${await lastWords(dataDir)}`,
  );
}

async function launchServer(dataDir: DataDir, settings: Record<string, string>): Promise<Server> {
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

function embeddedDatabase(server: Server, owner: pg.Client): EmbeddedDatabase {
  let stopped: Promise<void> | undefined;
  // The ownership ends last: whoever waits for it must not get a PostgreSQL that is about to stop.
  const stop = () => stopServer(server).finally(() => owner.end());
  return {
    connection: connectionTo(server),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
