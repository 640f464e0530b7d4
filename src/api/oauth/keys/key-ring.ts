import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import type { KeyRow } from './signing-keys.sql.js';

export interface VerificationKey {
  kid: string;
  algorithm: SigningAlgorithm;
  publicKey: KeyObject;
}

interface PublishedKey extends VerificationKey {
  /** By the clock of the database, as far as is known. */
  retiresAt: Date | null;
}

export interface SigningKey extends VerificationKey {
  privateKey: KeyObject;
}

/** The keys as they were when the database was last read. */
export interface KeyRing {
  /** Undefined when there is none that this gateway can sign with. */
  current: SigningKey | undefined;
  published: ReadonlyMap<string, PublishedKey>;
  document: { keys: JWK[] };
}

/**
 * @param rows all keys that are sound, the latest first
 * @param privateKeys by kid, those that this gateway has
 */
export function keyRing(rows: readonly KeyRow[], privateKeys: ReadonlyMap<string, KeyObject>): KeyRing {
  const inState = (state: KeyRow['state']) => rows.filter((row) => row.state === state);
  const started = [...inState('signs'), ...inState('published')];
  const keys = [...started, ...inState('next').reverse()];
  const published = new Map(keys.map((row) => [row.kid, toPublishedKey(row)]));
  // Without the private part of the one that is to sign, an earlier one does, for as long as it is published.
  const signing = started.find(({ kid }) => privateKeys.has(kid));
  const current = signing && {
    ...toPublishedKey(signing),
    privateKey: privateKeys.get(signing.kid) as KeyObject,
  };
  return { current, published, document: deepFreeze({ keys: keys.map(({ publicKey }) => publicKey) }) };
}

const toPublishedKey = ({ kid, algorithm, publicKey, retiresAt }: KeyRow): PublishedKey => ({
  kid,
  algorithm,
  retiresAt,
  publicKey: createPublicKey({ key: publicKey, format: 'jwk' }),
});

function deepFreeze(document: { keys: JWK[] }) {
  for (const key of document.keys) Object.freeze(key);
  Object.freeze(document.keys);
  return Object.freeze(document);
}
