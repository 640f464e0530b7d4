import { Worker } from 'node:worker_threads';
import type { Signer } from './sign-all.js';
import type { Signed } from './signing-thread.worker.js';

/** The maximum heap of the thread. Usually it needs 10 MB. The claims of a token can take 10 kB. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 };

/** A thread that signs tokens as `signAll` does. */
export interface SigningThread {
  /** Returns whether the thread has started, and has neither failed nor been closed. */
  isReady(): boolean;
  /** @throws Error if the thread ends before it has signed the tokens */
  sign(signer: Signer, claims: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(tokens: string[]): void;
  reject(error: unknown): void;
}

/**
 * Starts the thread. It does not get the environment variables, which contain secrets.
 * @param onFailure is called if the thread fails
 * @throws Error if the system does not allow another thread
 */
export function startSigningThread(onFailure: (error: Error) => void): SigningThread {
  const program = new URL('./signing-thread.worker.js', import.meta.url);
  const worker = new Worker(program, { name: 'sign', env: {}, resourceLimits });
  /** The requests without a response, by their numbers. */
  const waiting = new Map<number, Waiting>();
  let requests = 0;
  let known: Signer | undefined;
  let isReady = false;

  worker.unref();
  worker.once('online', () => {
    isReady = true;
  });
  worker.on('message', ({ request, tokens }: Signed) => {
    waiting.get(request)?.resolve(tokens);
    waiting.delete(request);
  });
  worker.on('error', onFailure);
  worker.once('exit', () => {
    isReady = false;
    for (const { reject } of waiting.values()) reject(new Error('The thread has ended'));
    waiting.clear();
  });

  return {
    isReady: () => isReady,
    sign: (signer, claims) =>
      new Promise((resolve, reject) => {
        requests += 1;
        waiting.set(requests, { resolve, reject });
        worker.postMessage({ request: requests, claims, ...(signer !== known && { signer }) });
        known = signer;
      }),
    close: async () => {
      isReady = false;
      await worker.terminate();
    },
  };
}
