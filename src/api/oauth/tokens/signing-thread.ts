import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Signer } from './sign-all.js';

/** The maximum heap of the thread. Usually it needs 10 MB. The claims of a token can take 10 kB. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 };

/** A thread that signs tokens as `signAll` does. */
export interface SigningThread {
  /** Returns whether the thread has started, and has neither failed nor been closed. */
  isReady(): boolean;
  /**
   * Signs tokens. Call it again only when it has finished.
   * @throws Error if the thread ends before it has signed the tokens
   */
  sign(signer: Signer, claims: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Starts the thread. It does not get the environment variables, which contain secrets.
 * @param onFailure is called if the thread fails
 * @throws Error if the system does not allow another thread
 */
export function startSigningThread(onFailure: (error: Error) => void): SigningThread {
  const program = new URL('./signing-thread.worker.js', import.meta.url);
  const worker = new Worker(program, { name: 'sign', env: {}, resourceLimits });
  const ended = new AbortController();
  let known: Signer | undefined;
  let isOnline = false;

  worker.unref();
  worker.once('online', () => {
    isOnline = true;
  });
  worker.on('error', onFailure);
  worker.once('exit', () => ended.abort());

  return {
    isReady: () => isOnline && !ended.signal.aborted,
    sign: async (signer, claims) => {
      const response = once(worker, 'message', { signal: ended.signal });
      worker.postMessage({ claims, ...(signer !== known && { signer }) });
      known = signer;
      const [tokens] = await response;
      return tokens;
    },
    close: async () => {
      ended.abort();
      await worker.terminate();
    },
  };
}
