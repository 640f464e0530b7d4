import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import type { Held } from './acquire.js';
import { connectionTo } from './connection.js';
import type { DataDir } from './data-dir.js';
import { TakenError } from './ownership.js';
import { lastWords, stopServer } from './server.js';
import type { EmbeddedDatabase } from './start.js';

/** Between two attempts, in milliseconds: as good as at once first, since most causes pass at once. */
const [shortest, longest] = [50, 5000];

/**
 * Keeps PostgreSQL running and owned. Whatever ends it ends the owner's connection as well: a crash, after which
 * PostgreSQL restarts by itself, a kill, or somebody's hand. The pool just connects again, to the same socket.
 */
export function supervise(
  first: Held,
  dataDir: DataDir,
  log: Logger,
  acquire: (signal: AbortSignal) => Promise<Held>,
): EmbeddedDatabase {
  const stopping = new AbortController();
  const { signal } = stopping;
  let held: Held | undefined;
  let restored: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let giveUp: (reason: StartError) => void = () => {};
  const lost = new Promise<StartError>((resolve) => {
    giveUp = resolve;
  });

  const hold = (one: Held) => {
    held = one;
    void one.lost.then(() => {
      if (signal.aborted) return;
      held = undefined;
      restored = restore();
    });
  };

  const restore = async () => {
    const since = Date.now();
    log.error({ lastWords: await lastWords(dataDir) }, 'PostgreSQL has ended, or crashed: bringing it back');
    for (let pause = shortest; !signal.aborted; pause = Math.min(2 * pause, longest)) {
      try {
        hold(await acquire(signal));
        log.info({ seconds: (Date.now() - since) / 1000 }, 'PostgreSQL is back');
        if (held?.server.socketFolder !== first.server.socketFolder) {
          giveUp(
            new StartError('PostgreSQL came back with its socket in another folder: start the gateway again'),
          );
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof TakenError) return giveUp(error);
        log.error({ reason: (error as Error).message }, 'PostgreSQL does not come back: trying again');
        await setTimeout(pause, undefined, { signal }).catch(() => {});
      }
    }
  };

  const stop = async () => {
    stopping.abort();
    await restored;
    // The ownership ends last: whoever waits for it must not get a PostgreSQL that is about to stop.
    const { server, owner } = held ?? {};
    if (server) await stopServer(server).finally(() => owner?.end());
  };

  hold(first);
  return {
    connection: connectionTo(first.server),
    lost,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
