import { parentPort } from 'node:worker_threads';
import { type Signer, signAll } from './sign-all.js';

/** What the thread receives. */
interface ToSign {
  claims: string[];
  /** The signer of these tokens and the next ones. Omitted if it is the same as before. */
  signer?: Signer;
}

// This is the program of the thread (signing-thread.ts).
let current: Signer;
parentPort?.on('message', ({ claims, signer = current }: ToSign) => {
  current = signer;
  parentPort?.postMessage(signAll(signer, claims));
});
