import type { Logger } from 'pino';
import type { StartError } from '../start-error.js';
import { acquire } from './acquire.js';
import type { EmbeddedConnection } from './connection.js';
import { prepareDataDir } from './data-dir.js';
import { supervise } from './supervise.js';

/** The gateway's own PostgreSQL, which lives in DATA_DIR. */
export interface EmbeddedDatabase {
  connection: EmbeddedConnection;
  /** Resolves, with the reason, when another gateway has taken DATA_DIR over: this one has to end. */
  lost: Promise<StartError>;
  /** Stops PostgreSQL and gives DATA_DIR free. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on DATA_DIR, or takes over the one that a killed gateway has left running there, and brings
 * it back whenever it ends.
 * @throws StartError
 */
export async function startEmbeddedDatabase(options: {
  dataDir: string;
  log: Logger;
  /** More of PostgreSQL's settings. The defaults are durable; tests give that up for speed. */
  settings?: Record<string, string>;
  /** Called when PostgreSQL's process is there, which will take a moment to be ready. */
  onLaunch?: (() => void) | undefined;
}): Promise<EmbeddedDatabase> {
  const { log, settings = {}, onLaunch } = options;
  const dataDir = await prepareDataDir(options.dataDir);
  const first = await acquire(dataDir, { settings, onLaunch });
  return supervise(first, dataDir, log, (signal) => acquire(dataDir, { settings, again: true, signal }));
}
