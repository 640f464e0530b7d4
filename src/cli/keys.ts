import { parseArgs } from 'node:util';
import { Pool } from 'pg';
import { openPrivateKey } from '../api/oauth/keys/key-material.js';
import { replaceAll, rotate } from '../api/oauth/keys/rotate-keys.js';
import { type KeyRow, readKeys } from '../api/oauth/keys/signing-keys.sql.js';
import { type Config, readConfig, readEnvironment } from '../config/config.js';
import { whyUnavailable } from '../platform/database/database-errors.js';
import { poolClientClass } from '../platform/database/pool-client.js';
import { servingTimeouts } from '../platform/database/timeouts.js';
import { StartError } from '../platform/start-error.js';
import { formatJson, formatTable } from './format-keys.js';
import { connectToGateways } from './gateway-database.js';

const usage = `Usage: npm run --silent keys -- [list|rotate] [--compromised [--force]] [--json]

list           Lists the signing keys, and which of KEY_ENCRYPTION_KEYS encrypts each of them. This is the default.
rotate         Publishes the next signing key, which signs ten minutes later. The previous key stays published until
               the last access token that it signed expires.
--compromised  For rotate: the new key signs immediately, and all earlier keys are removed. Access tokens that they
               signed become invalid: within ten seconds for the gateways, and for APIs when they next read the JWKS.
--force        For rotate --compromised: rotates even if KEY_ENCRYPTION_KEYS cannot decrypt the newest signing key,
               because its key encryption key is lost. Then restart all gateways with these KEY_ENCRYPTION_KEYS.
--json         Prints the keys as JSON.

With the embedded database, the command works with or without a running gateway.`;

/** Creates a key that replaces the newest key. */
type Rotate = (pool: Pool, config: Config, newest: KeyRow | undefined) => Promise<void>;

const rotateOnSchedule: Rotate = async (pool, { keyEncryptionKeys }, newest) => {
  if (!newest)
    throw new StartError('There is no signing key yet. The first gateway that starts creates one.');
  if (newest.state === 'next') {
    throw new StartError(
      `The next signing key is already published, and signs from ${newest.startsAt.toISOString()}`,
    );
  }
  // The gateways cannot use a key that was encrypted with a key encryption key that they do not have.
  openPrivateKey(newest, keyEncryptionKeys);
  // The command keeps the algorithm, because its environment may differ from that of the gateways. A gateway changes
  // the algorithm to its TOKEN_ALGORITHM when it starts.
  const done = await rotate(pool, newest, newest.algorithm, keyEncryptionKeys);
  if (!done) throw new StartError('Another gateway or command has just published the next signing key');
};

const rotateCompromised: Rotate = async (pool, config, newest) => {
  if (newest) {
    try {
      openPrivateKey(newest, config.keyEncryptionKeys);
    } catch (error) {
      throw new StartError(
        `${(error as Error).message}. Nothing was changed. With --force, gateways that use different ` +
          'KEY_ENCRYPTION_KEYS can no longer sign access tokens.',
      );
    }
  }
  await rotateByForce(pool, config, newest);
};

const rotateByForce: Rotate = async (pool, { tokens, keyEncryptionKeys }, newest) => {
  await replaceAll(pool, newest?.algorithm ?? tokens.algorithm, keyEncryptionKeys);
  try {
    if (newest) openPrivateKey(newest, keyEncryptionKeys);
  } catch {
    console.error(
      'KEY_ENCRYPTION_KEYS does not decrypt the previous signing key. Restart all gateways with these ' +
        'KEY_ENCRYPTION_KEYS; until then, gateways with different ones cannot sign access tokens.',
    );
  }
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      compromised: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(usage);
  const [command = 'list', ...more] = positionals;
  if (!/^(list|rotate)$/.test(command) || more.length > 0) {
    throw new StartError(`${[command, ...more].join(' ')}: the command must be list or rotate`);
  }
  if (values.compromised && command === 'list')
    throw new StartError('--compromised: can only be used with rotate');

  if (values.force && !values.compromised)
    throw new StartError('--force: can only be used with --compromised');
  const rotateNow = values.force ? rotateByForce : values.compromised ? rotateCompromised : rotateOnSchedule;

  const config = readConfig(readEnvironment());
  const { connection, stop } = await connectToGateways(config);
  const pool = new Pool({ ...servingTimeouts, ...connection, Client: poolClientClass(), max: 1 });
  try {
    const read = () => readKeys(pool, [config.tokens.keyDays]);
    const newest = (await read()).find((row) => row.newest);
    if (command === 'rotate') await rotateNow(pool, config, newest);
    const rows = (await read()).filter(({ state }) => state !== 'retired');
    console.log(values.json ? formatJson(rows) : formatTable(rows));
  } catch (error) {
    throw explain(error);
  } finally {
    await pool.end().finally(stop);
  }
}

function explain(error: unknown): unknown {
  if ((error as { code?: string }).code === '42P01') {
    return new StartError(
      'The database has no table of signing keys. Start a gateway of this version, which creates it.',
    );
  }
  const reason = whyUnavailable(error);
  return reason ? new StartError(`Cannot connect to PostgreSQL: ${reason}`) : error;
}

main().catch((error) => {
  console.error(
    error instanceof StartError || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error,
  );
  process.exitCode = 1;
});
