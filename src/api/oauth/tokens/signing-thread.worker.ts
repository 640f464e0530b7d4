import { parentPort } from 'node:worker_threads';
import { type Signer, signAll } from './sign-all.js';

/** The program of the thread (signing-thread.ts). It receives a signer, and then claims to sign with it. */
let signer: Signer;
parentPort?.on('message', (message: Signer | string[]) => {
  if (Array.isArray(message)) parentPort?.postMessage(signAll(signer, message));
  else signer = message;
});
