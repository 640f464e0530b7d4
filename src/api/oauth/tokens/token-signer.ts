import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { inBatches } from '../../../platform/database/in-batches.js';
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

/**
 * Creates the signer of access tokens. Tokens that are requested at the same time are signed together, on another
 * thread if the machine can run two. The threads of node:crypto would sign each token alone. With them, the gateway
 * issued a quarter fewer tokens at 64 connections (npm run bench:tokens).
 */
export function createTokenSigner(keys: Pick<SigningKeys, 'current'>, log: Logger): TokenSigner {
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

  const signClaims = inBatches(async (claims: string[]): Promise<string[]> => {
    const signer = currentSigner();
    const ready = threadFor(claims.length);
    return ready ? ready.sign(signer, claims).catch(() => signAll(signer, claims)) : signAll(signer, claims);
  });

  return {
    sign: (claims) => signClaims(JSON.stringify(claims)),
    close: async () => {
      mayUseThread = false;
      await thread?.close();
    },
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
