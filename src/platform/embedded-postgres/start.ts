import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { acquire, type OwnedPostmaster } from './acquire.js';
import { connectionTo, type EmbeddedConnection } from './connection.js';
import { type DataDir, prepareDataDir } from './data-dir.js';
import { TakenError } from './ownership.js';
import { readLogEnd, stopPostmaster } from './postmaster.js';

/** The gateway's embedded PostgreSQL, whose files are in DATA_DIR. */
export interface EmbeddedDatabase {
  connection: EmbeddedConnection;
  /**
   * Resolves with the reason why this gateway must stop, for example because another gateway has taken over DATA_DIR.
   */
  lost: Promise<StartError>;
  /** Stops PostgreSQL and releases DATA_DIR. Can be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on DATA_DIR, or takes over a running PostgreSQL that a killed gateway has left there. Restarts it
 * whenever it ends.
 * @throws StartError if PostgreSQL cannot be started or another gateway owns it, or the reason of the signal
 */
export async function startEmbeddedDatabase(options: {
  dataDir: string;
  log: Logger;
  /** Additional settings of PostgreSQL. The default settings are durable. Tests use faster settings. */
  settings?: Record<string, string>;
  /** Is called when PostgreSQL's process exists, shortly before PostgreSQL is ready. */
  onLaunch?: (() => void) | undefined;
  /** Ends the creation of a cluster. It has no effect once the cluster exists. */
  creationSignal?: AbortSignal | undefined;
}): Promise<EmbeddedDatabase> {
  const { log, settings = {}, onLaunch, creationSignal } = options;
  const dataDir = await prepareDataDir(options.dataDir);
  const first = await acquire(dataDir, { settings, onLaunch, creationSignal });
  return supervise(first, dataDir, log, (stop) =>
    acquire(dataDir, { settings, mustExist: true, signal: stop }),
  );
}

/**
 * The pause between two attempts to restart PostgreSQL. The first pause is short, because most causes disappear
 * quickly.
 */
const [minPauseMs, maxPauseMs] = [50, 5000];

/**
 * Keeps PostgreSQL running and owned by this gateway. The owner's connection ends whenever PostgreSQL ends: after a
 * crash (PostgreSQL then restarts itself), a kill, or a shutdown by someone else. The pool reconnects to the socket
 * without further action.
 */
function supervise(
  first: OwnedPostmaster,
  dataDir: DataDir,
  log: Logger,
  reacquire: (signal: AbortSignal) => Promise<OwnedPostmaster>,
): EmbeddedDatabase {
  const stopping = new AbortController();
  const { signal } = stopping;
  let owned: OwnedPostmaster | undefined;
  let restored: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let giveUp: (reason: StartError) => void = () => {};
  const lost = new Promise<StartError>((resolve) => {
    giveUp = resolve;
  });

  const watch = (next: OwnedPostmaster) => {
    owned = next;
    void next.lost.then(() => {
      if (signal.aborted) return;
      owned = undefined;
      restored = restore();
    });
  };

  const restore = async () => {
    const since = Date.now();
    log.error({ lastWords: await readLogEnd(dataDir) }, 'PostgreSQL stopped or crashed; restarting it');
    for (let pause = minPauseMs; !signal.aborted; pause = Math.min(2 * pause, maxPauseMs)) {
      try {
        watch(await reacquire(signal));
        log.info({ seconds: (Date.now() - since) / 1000 }, 'PostgreSQL is running again');
        if (owned?.postmaster.socketFolder !== first.postmaster.socketFolder) {
          giveUp(
            new StartError(
              'PostgreSQL restarted with its socket in another directory. Start the gateway again.',
            ),
          );
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof TakenError) return giveUp(error);
        log.error({ reason: (error as Error).message }, 'PostgreSQL could not be restarted; retrying');
        await setTimeout(pause, undefined, { signal }).catch(() => {});
      }
    }
  };

  const stop = async () => {
    stopping.abort();
    await restored;
    // The ownership ends last, so that a gateway that waits for it does not get a PostgreSQL that is about to stop.
    const { postmaster, owner } = owned ?? {};
    if (postmaster) await stopPostmaster(postmaster).finally(() => owner?.end());
  };

  watch(first);
  return {
    connection: connectionTo(first.postmaster),
    lost,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
