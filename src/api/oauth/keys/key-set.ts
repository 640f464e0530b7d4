import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { Logger } from 'pino';
import type { SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import type { KeyRow } from './signing-keys.sql.js';

export interface VerificationKey {
  kid: string;
  algorithm: SigningAlgorithm;
  publicKey: KeyObject;
}

interface PublishedKey extends VerificationKey {
  /** By the clock of the database. Null if the key has no successor. */
  retiresAt: Date | null;
}

export interface SigningKey extends VerificationKey {
  privateKey: KeyObject;
}

/** The keys at the time of the last database read. */
export interface KeySet {
  /** The key with which this gateway signs. Undefined if this gateway can use no published key. */
  current: SigningKey | undefined;
  published: ReadonlyMap<string, PublishedKey>;
  /** The JWK set (RFC 7517, section 5). */
  document: { keys: JWK[] };
}

/**
 * @param rows all intact keys, latest first
 * @param privateKeys the private keys of this gateway, by kid
 */
export function createKeySet(rows: readonly KeyRow[], privateKeys: ReadonlyMap<string, KeyObject>): KeySet {
  const inState = (state: KeyRow['state']) => rows.filter((row) => row.state === state);
  const started = [...inState('signs'), ...inState('published')];
  const keys = [...started, ...inState('next').reverse()];
  const published = new Map(keys.map((row) => [row.kid, toPublishedKey(row)]));
  // If this gateway does not have the private key that should sign, it signs with an earlier key while that key is
  // published.
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

/**
 * Logs which keys are newly published, and which are no longer published.
 * @param rows the rows from which the new set was created
 */
export function logKeyChanges(before: KeySet, after: KeySet, rows: readonly KeyRow[], log: Logger): void {
  for (const { kid, algorithm } of after.published.values()) {
    if (!before.published.has(kid)) log.info({ kid, algorithm }, 'New signing key is published');
  }
  const now = rows[0]?.readAt;
  for (const known of before.published.values()) {
    const { kid } = known;
    if (after.published.has(kid)) continue;
    // Another gateway may already have deleted the row.
    const { retiresAt } = rows.find((row) => row.kid === kid) ?? known;
    if (now && retiresAt && retiresAt <= now) log.info({ kid }, 'Signing key is no longer published');
    else log.warn({ kid }, 'Signing key was withdrawn');
  }
}
