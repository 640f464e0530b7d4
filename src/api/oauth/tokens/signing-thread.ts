import { Worker } from 'node:worker_threads';
import type { Signer } from './sign-all.js';

/** The maximum heap of the thread. It only holds the tokens of a few turns of the event loop. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/** A thread that signs tokens as `signAll` does. */
export interface SigningThread {
  isReady(): boolean;
  /** @throws Error if the thread has failed */
  sign(signer: Signer, claims: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(tokens: string[]): void;
  reject(error: unknown): void;
}

/**
 * Starts the thread. It has no access to the environment, which contains secrets.
 * @param onFailure is called if the thread has failed
 */
export function startSigningThread(onFailure: (error: Error) => void): SigningThread {
  const program = new URL('./signing-thread.worker.js', import.meta.url);
  const worker = new Worker(program, { name: 'sign', env: {}, resourceLimits });
  const waiting: Waiting[] = [];
  let known: Signer | undefined;
  let isReady = false;

  worker.unref();
  worker.once('online', () => {
    isReady = true;
  });
  // The thread responds in the order of the requests.
  worker.on('message', (tokens: string[]) => waiting.shift()?.resolve(tokens));
  worker.on('error', (error) => {
    onFailure(error);
    for (const { reject } of waiting.splice(0)) reject(error);
  });

  return {
    isReady: () => isReady,
    sign: (signer, claims) =>
      new Promise((resolve, reject) => {
        if (signer !== known) worker.postMessage(signer);
        known = signer;
        worker.postMessage(claims);
        waiting.push({ resolve, reject });
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
