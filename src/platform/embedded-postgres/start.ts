import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { acquire, type OwnedPostmaster } from './acquire.js';
import { connectionTo, type EmbeddedConnection } from './connection.js';
import { type DataDir, prepareDataDir } from './data-dir.js';
import { TakenError } from './ownership.js';
import { readLogEnd, stopPostmaster } from './postmaster.js';

/** The gateway's own PostgreSQL, whose files are in DATA_DIR. */
export interface EmbeddedDatabase {
  connection: EmbeddedConnection;
  /** Resolves, with the reason, when this gateway has to end, since another one has taken over DATA_DIR. */
  lost: Promise<StartError>;
  /** Stops PostgreSQL and releases DATA_DIR. It can be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on DATA_DIR, or takes over the one that a killed gateway has left running there, and restarts it
 * whenever it ends.
 * @throws StartError when it cannot be started or another gateway owns it
 */
export async function startEmbeddedDatabase(options: {
  dataDir: string;
  log: Logger;
  /** Additional settings of PostgreSQL. The defaults are durable; tests give that up for speed. */
  settings?: Record<string, string>;
  /** Called when PostgreSQL's process exists, which takes a moment longer to be ready. */
  onLaunch?: (() => void) | undefined;
}): Promise<EmbeddedDatabase> {
  const { log, settings = {}, onLaunch } = options;
  const dataDir = await prepareDataDir(options.dataDir);
  const first = await acquire(dataDir, { settings, onLaunch });
  return supervise(first, dataDir, log, (signal) => acquire(dataDir, { settings, mustExist: true, signal }));
}

/** The pause between two attempts to restart PostgreSQL. It begins short, since most causes pass at once. */
const [minPauseMs, maxPauseMs] = [50, 5000];

/**
 * Keeps PostgreSQL running and owned. Whatever ends PostgreSQL ends the owner's connection as well: a crash, after
 * which PostgreSQL restarts by itself, a kill, or an orderly stop by somebody else. The pool just reconnects to the
 * socket.
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
    // The ownership ends last: a gateway that waits for it must not get a PostgreSQL that is about to stop.
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
