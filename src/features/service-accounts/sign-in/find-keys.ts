import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { atMost } from '../../../platform/cache-size.js';
import { inBatches } from '../../../platform/database/in-batches.js';
import { prepared } from '../../../platform/database/sql.js';
import { isLiveSql, maxKeys } from '../keys/stored-keys.js';

/** The maximum number of keys that are remembered. Each takes about 6 kB. */
const maxPublicKeys = 10_000;

/** A public key with which a client may authenticate. */
export interface ClientKey {
  id: string;
  kid: string;
  thumbprint: string;
  /** The algorithms with which the key may be used (RFC 7518, section 3.1). */
  algorithms: readonly string[];
  publicKey: KeyObject;
}

interface Row extends Omit<ClientKey, 'publicKey'> {
  clientId: string;
  jwk: JsonWebKey;
}

/**
 * Selects the keys of the clients with these IDs ($1, separated by commas). It selects all keys that have not expired,
 * and the latest others, so that the audit log can tell that a key has expired. Their number is limited, because the
 * signature of an assertion without a kid is verified with each of them. The parameter is not an array for the same
 * reason as in find-secret.ts.
 */
const findByClient = prepared<Row>(
  'find-keys',
  `select wanted.client_id as "clientId", found.*
   from string_to_table($1, ',') as wanted (client_id)
     cross join lateral (
       select key.id, key.kid, key.thumbprint, key.algorithms, key.public_key as jwk
       from service_account account join service_account_key key on key.service_account_id = account.id
       where account.client_id = wanted.client_id
       order by ${isLiveSql} desc, key.created_at desc limit ${maxKeys}
     ) found`,
);

/** Finds the keys of a client. @returns no keys if the client does not exist */
export type FindKeys = (clientId: string) => Promise<ClientKey[]>;

/**
 * Creates the function that finds keys. It remembers the keys as node:crypto uses them. To create one again, and to use
 * it for the first time, would take so long that the time of a rejection would tell whether a client has a key.
 */
export function createKeyFinder(pool: Pool): FindKeys {
  const publicKeys = new LRUCache<string, KeyObject>(atMost(maxPublicKeys));
  const publicKeyOf = ({ thumbprint, jwk }: Row): KeyObject => {
    const known = publicKeys.get(thumbprint);
    if (known) return known;
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    publicKeys.set(thumbprint, publicKey);
    return publicKey;
  };
  return inBatches(async (clientIds: string[]): Promise<ClientKey[][]> => {
    const rows = await findByClient(pool, [[...new Set(clientIds)].join(',')]);
    const byClient = new Map<string, ClientKey[]>();
    for (const row of rows) {
      const { id, kid, thumbprint, algorithms, clientId } = row;
      const keys = byClient.get(clientId) ?? [];
      keys.push({ id, kid, thumbprint, algorithms, publicKey: publicKeyOf(row) });
      byClient.set(clientId, keys);
    }
    return clientIds.map((clientId) => byClient.get(clientId) ?? []);
  });
}
