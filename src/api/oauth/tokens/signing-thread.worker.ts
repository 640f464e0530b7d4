import { parentPort } from 'node:worker_threads';
import { type Signer, signAll } from './sign-all.js';

/** What the thread receives. */
interface ToSign {
  request: number;
  claims: string[];
  /** The signer of this request and the next ones. Omitted if it is the same as before. */
  signer?: Signer;
}

/** What the thread sends back. */
export interface Signed {
  request: number;
  tokens: string[];
}

// This is the program of the thread (signing-thread.ts).
let current: Signer;
parentPort?.on('message', ({ request, claims, signer = current }: ToSign) => {
  current = signer;
  parentPort?.postMessage({ request, tokens: signAll(signer, claims) } satisfies Signed);
});
