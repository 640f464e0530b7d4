import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { pino } from 'pino';
import { openSigningKeys, type SigningKeys } from '../../../src/oauth/keys/signing-keys.js';
import type { SigningAlgorithm } from '../../../src/oauth/token-rules.js';
import { createDatabase, sql } from '../../harness/database.js';

export interface Row {
  kid: string;
  algorithm: string;
  sealed_private_key: Buffer | null;
  key_version: string | null;
  starts_at: Date;
  retires_at: Date | null;
}

export const keyEncryptionKey = (version = 'v1') => ({ version, key: randomBytes(32) });

interface Fields {
  keys?: { version: string; key: Buffer }[];
  algorithm?: SigningAlgorithm;
  keyDays?: number;
}

/** A database with keys of its own, and gateways on it, each with a pool of its own. They poll all the time. */
export async function createScene() {
  const database = await createDatabase();
  const log: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line) => log.push(line) });
  const pool = new Pool({ connectionString: database.url, max: 2 });
  const opened: SigningKeys[] = [];
  const keyEncryptionKeys = [keyEncryptionKey()];

  return {
    url: database.url,
    log,
    pool,
    keyEncryptionKeys,
    /** The keys as another gateway has them. */
    open: async ({ keys = keyEncryptionKeys, algorithm = 'ES256', keyDays = 30 }: Fields = {}) => {
      const one = await openSigningKeys(
        { pool, keyEncryptionKeys: keys, algorithm, keyDays, log: logger },
        25,
      );
      opened.push(one);
      return one;
    },
    /** All keys, the first one first. */
    rows: () => sql<Row>(database.url, 'select * from signing_key order by starts_at, created_at'),
    /** As if so many seconds had passed. */
    pass: (seconds: number) =>
      sql(
        database.url,
        `update signing_key set created_at = created_at - make_interval(secs => $1),
           starts_at = starts_at - make_interval(secs => $1), retires_at = retires_at - make_interval(secs => $1)`,
        [seconds],
      ),
    sql: (text: string, values: unknown[] = []) => sql(database.url, text, values),
    /** Ends its gateways. */
    end: () => {
      for (const one of opened.splice(0)) one.close();
    },
    close: async () => {
      for (const one of opened) one.close();
      await pool.end();
      await database.drop();
    },
  };
}
