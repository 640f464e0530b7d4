import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { SigningKey } from '../keys/key-set.js';
import type { SigningKeys } from '../keys/signing-keys.js';
import { signatureSchemes } from './jws.js';
import { type Signer, signAll } from './sign-all.js';
import { type SigningThread, startSigningThread } from './signing-thread.js';

/**
 * The minimum number of tokens that are signed on the other thread. To pass a single token there and back would take
 * longer than to sign it.
 */
const minForThread = 2;

/** Signs an access token with the current key. @throws AppError SERVICE_UNAVAILABLE if this gateway has none */
export type SignToken = (claims: object) => Promise<string>;

export interface TokenSigner {
  sign: SignToken;
  close(): Promise<void>;
}

interface Waiting {
  claims: string;
  resolve(token: string): void;
  reject(error: unknown): void;
}

/**
 * Creates the signer of access tokens. Tokens that are requested in the same callback, such as for the rows of one
 * statement, are signed together, on another thread if the machine can run two. node:crypto has threads for this
 * purpose, but passing each token there alone takes nearly as long as signing it (npm run bench:tokens).
 */
export function createTokenSigner(keys: Pick<SigningKeys, 'current'>, log: Logger): TokenSigner {
  let waiting: Waiting[] = [];
  let current: { key: SigningKey; signer: Signer } | undefined;
  let mayUseThread = availableParallelism() > 1;
  let thread: SigningThread | undefined;

  function currentSigner(): Signer {
    const key = keys.current();
    if (current?.key !== key) current = { key, signer: signerOf(key) };
    return current.signer;
  }

  const giveUpThread = (error: unknown) => {
    mayUseThread = false;
    log.error({ err: error }, 'The thread that signs access tokens has failed; continuing without it');
  };

  /** Returns the thread if there is one for this number of tokens, and it has started. */
  function threadFor(tokens: number): SigningThread | undefined {
    if (!mayUseThread || tokens < minForThread) return undefined;
    try {
      thread ??= startSigningThread(giveUpThread);
    } catch (error) {
      giveUpThread(error);
    }
    return thread?.isReady() ? thread : undefined;
  }

  async function signWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const signer = currentSigner();
      const claims = batch.map((one) => one.claims);
      const ready = threadFor(batch.length);
      const tokens = ready
        ? await ready.sign(signer, claims).catch(() => signAll(signer, claims))
        : signAll(signer, claims);
      batch.forEach(({ resolve }, index) => {
        resolve(tokens[index] as string);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    sign: (claims) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) process.nextTick(signWaiting);
        waiting.push({ claims: JSON.stringify(claims), resolve, reject });
      }),
    close: async () => thread?.close(),
  };
}

function signerOf({ kid, algorithm, privateKey }: SigningKey): Signer {
  const { digest, options } = signatureSchemes[algorithm];
  return {
    header: Buffer.from(JSON.stringify({ alg: algorithm, typ: 'at+jwt', kid })).toString('base64url'),
    digest,
    key: { key: privateKey, ...options },
  };
}
