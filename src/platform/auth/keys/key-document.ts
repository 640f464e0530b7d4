import { z } from 'zod';
import { type PublicKey, publicKey } from './public-key.js';
import { ReadFault, readJson } from './read-json.js';

/** RFC 7517, section 5. A hundred keys are more than any issuer has, and each of them costs time. */
const jwkSet = z.object({ keys: z.array(z.unknown()).max(100) });

export interface KeyDocument {
  url: string;
  keys: PublicKey[];
  /** How many keys were left out, as RFC 7517, section 5, wants it: of another type, private, broken. */
  skipped: number;
}

/**
 * Reads an issuer's JWK Set. One without a key that can be used is a set like others: its issuer has withdrawn
 * them all.
 * @throws ReadFault
 */
export async function readKeyDocument(url: string, signal: AbortSignal): Promise<KeyDocument> {
  const { data } = jwkSet.safeParse(await readJson(url, signal));
  if (!data) throw new ReadFault(url, 'the answer is not a JWK Set of at most 100 keys');
  const keys = data.keys.flatMap((key) => publicKey.safeParse(key).data ?? []);
  return { url, keys, skipped: data.keys.length - keys.length };
}
