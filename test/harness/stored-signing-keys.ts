import { createPrivateKey } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { open } from '../../src/platform/crypto.js';

interface Sealed {
  kid: string;
  algorithm: string;
  version: string;
  sealed: Buffer;
}

/**
 * Returns the private signing keys of a database that these key encryption keys open, as bytes (RFC 7518,
 * section 6.2.2; RFC 8037, section 2).
 */
export async function signingKeysOf(
  database: ClientConfig,
  keyEncryptionKeys: readonly { version: string; key: Buffer }[],
): Promise<Buffer[]> {
  const client = new Client({ ...database, query_timeout: 10_000, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Sealed>(
      `select kid, algorithm, key_version as version, sealed_private_key as sealed
       from signing_key where sealed_private_key is not null`,
    );
    return rows.flatMap(({ kid, algorithm, version, sealed }) => {
      const row = Buffer.from(`signing_key ${kid} ${algorithm}`);
      return keyEncryptionKeys
        .filter((key) => key.version === version)
        .map(({ key }) => Buffer.from(bytesOf(open(sealed, key, row)), 'base64url'));
    });
  } finally {
    await client.end();
  }
}

const bytesOf = (pem: string) => createPrivateKey(pem).export({ format: 'jwk' }).d ?? '';
