import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { pino } from 'pino';
import { replaceAll } from '../../../../src/api/oauth/keys/rotate-keys.js';
import { openSigningKeys, type SigningKeys } from '../../../../src/api/oauth/keys/signing-keys.js';
import type { SigningAlgorithm } from '../../../../src/platform/auth/access-token-settings.js';
import { createDatabase, sql } from '../../../harness/database.js';

export interface Row {
  kid: string;
  algorithm: string;
  sealed_private_key: Buffer | null;
  key_version: string | null;
  starts_at: Date;
  retires_at: Date | null;
}

export type KeyEncryptionKey = ReturnType<typeof keyEncryptionKey>;

export const keyEncryptionKey = (version = 'v1') => ({ version, key: randomBytes(32) });

interface Fields {
  keys?: KeyEncryptionKey[];
  algorithm?: SigningAlgorithm;
  keyDays?: number;
  /** Milliseconds between two reads of the keys. */
  interval?: number;
}

/** Creates a database with its own keys, and gateways on it that read the keys all the time. */
export async function createScene() {
  const database = await createDatabase();
  const log: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line) => log.push(line) });
  const pool = new Pool({ connectionString: database.url, max: 8 });
  pool.on('error', () => {}); // Dropping the database breaks connections that are closing.
  let queries = 0;
  pool.on('acquire', () => {
    queries += 1;
  });
  const opened: SigningKeys[] = [];
  const keyEncryptionKeys = [keyEncryptionKey()];
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));

  return {
    url: database.url,
    log,
    pool,
    keyEncryptionKeys,
    /** Returns how many statements the gateways have run. */
    queries: () => queries,
    replaceAll: () => replaceAll(pool, 'ES256', keyEncryptionKeys),
    /** Opens the keys as one more gateway. */
    open: async ({
      keys = keyEncryptionKeys,
      algorithm = 'ES256',
      keyDays = 30,
      interval = 25,
    }: Fields = {}) => {
      const one = await openSigningKeys(
        { pool, keyEncryptionKeys: keys, algorithm, keyDays, log: logger },
        interval,
      );
      opened.push(one);
      return one;
    },
    /** Runs `npm run keys` without the build, in a folder without a .env. */
    keys: (args: string[], env: NodeJS.ProcessEnv = {}) =>
      spawnSync(process.execPath, [resolve('dist/src/cli/keys.js'), ...args], {
        cwd: folder,
        env: {
          DATABASE_URL: database.url,
          DATA_DIR: join(folder, 'data'),
          KEY_ENCRYPTION_KEYS: setting(keyEncryptionKeys),
          ...env,
        },
        encoding: 'utf8',
      }),
    /** Reads all keys, the earliest first. */
    rows: () => sql<Row>(database.url, 'select * from signing_key order by starts_at, created_at'),
    /** Moves the times of all keys back, as if a number of seconds had passed. */
    pass: (seconds: number) =>
      sql(
        database.url,
        `update signing_key set created_at = created_at - make_interval(secs => $1),
           starts_at = starts_at - make_interval(secs => $1), retires_at = retires_at - make_interval(secs => $1)`,
        [seconds],
      ),
    sql: (text: string, values: unknown[] = []) => sql(database.url, text, values),
    /** Closes the keys of all gateways. */
    end: () => {
      for (const one of opened.splice(0)) one.close();
    },
    close: async () => {
      for (const one of opened) one.close();
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Returns keys in the form of KEY_ENCRYPTION_KEYS. */
export const setting = (keys: KeyEncryptionKey[]) =>
  keys.map(({ version, key }) => `${version}:${key.toString('base64')}`).join();

/** Waits until something holds that gateways do on their own. The test times out if they do not. */
export async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await sleep(10);
}

export const kidsOf = (gateway: SigningKeys) => gateway.jwks().keys.map(({ kid }) => kid);
