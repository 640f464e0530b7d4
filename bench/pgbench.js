import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServiceAccountSql } from '../dist/src/service-accounts/create-service-account.sql.js';
import { percentile } from './statistics.js';

const execute = promisify(execFile);

/**
 * What stands in the place of the parameters of the statement's first CTE: what the gateway sends when it is
 * given a name for nothing, made anew by each call where the gateway makes it anew. PostgreSQL 18 has the
 * gateway's UUIDs of version 7, which land in an index side by side, unlike random ones.
 */
const uuid = 'uuidv7()';
const parameters = [
  // The tenant is a parameter here, too, so that PostgreSQL plans the statement as it does for the gateway.
  ':tenant',
  uuid,
  `'sa_client_' || left(replace(gen_random_uuid()::text, '-', ''), 12)`,
  ...['null', 'null', 'null', `'{}'`, 'null', 'null'], // name to expires_at
  ...[`'development'`, `'development-super_admin'`, `'Ada Lovelace'`, `'ada@example.com'`, 'true', '0'],
  uuid,
  'sha256(uuid_send(gen_random_uuid()))',
  `'v1'`,
  `left(gen_random_uuid()::text, 4)`,
  uuid,
  `${uuid}::text`,
  `'127.0.0.1'`,
  'null',
];

/** @returns {Promise<string | undefined>} which pgbench there is, or undefined for none */
export const findPgbench = () =>
  execute('pgbench', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

/**
 * The gateway's own statement as a script of pgbench, for one of the tenants at random.
 * @param {string[]} tenants
 */
export function pgbenchScript(tenants) {
  const list = `(array['${tenants.join("','")}'])[:tenant]`;
  const used = new Set();
  const statement = createServiceAccountSql.replace(/\$(\d+)/g, (placeholder, number) => {
    used.add(number);
    const value = parameters[number - 1];
    if (!value) throw new Error(`bench/pgbench.js knows no value for ${placeholder}`);
    return value === ':tenant' ? list : `(${value})`;
  });
  if (used.size !== parameters.length) throw new Error('bench/pgbench.js does not fit the statement any more');
  return `\\set tenant random(1, ${tenants.length})\n${statement};\n`;
}

/**
 * Runs the script for a number of seconds.
 * @param {string} script
 * @param {import('../dist/src/database/embedded/connection.js').EmbeddedConnection} connection
 * @param {number} clients each of which has a connection of its own
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<import('./load.js').Measurement>}
 */
export async function measurePgbench(script, { host, port, user, database }, clients, seconds, signal) {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-log-'));
  try {
    const file = join(folder, 'script.sql');
    await writeFile(file, script);
    // biome-ignore format: an option and its value a line
    const { stdout } = await execute('pgbench', [
      '--host', host,
      '--port', `${port}`,
      '--username', user,
      '--protocol', 'prepared',
      '--client', `${clients}`,
      '--jobs', `${Math.min(2, clients)}`,
      '--time', `${seconds}`,
      '--file', file,
      '--log',
      '--log-prefix', join(folder, 'log'),
      '--no-vacuum',
      database,
    ], { signal });
    const times = await readTimes(folder);
    return {
      rate: numberIn(stdout, /^tps = ([\d.]+)/m),
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      answers: numberIn(stdout, /^number of transactions actually processed: (\d+)/m),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} output @param {RegExp} pattern */
function numberIn(output, pattern) {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`pgbench says something else than expected:\n${output}`);
  return Number(found);
}

/**
 * Each thread logs a line for each transaction, whose third field is its time in microseconds.
 * @param {string} folder
 */
async function readTimes(folder) {
  const names = (await readdir(folder)).filter((name) => name.startsWith('log.'));
  const logs = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return logs.flatMap((log) =>
    log
      .split('\n')
      .filter(Boolean)
      .map((line) => Number(line.split(' ')[2]) / 1000),
  );
}
