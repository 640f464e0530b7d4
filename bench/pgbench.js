import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServiceAccountSql } from '../dist/src/features/service-accounts/create-service-account.sql.js';
import { percentile } from './statistics.js';

const execute = promisify(execFile);

/**
 * The JSON object that is the statement's one parameter: what the gateway sends when it is given nothing, made anew by
 * each call where the gateway makes it anew. PostgreSQL 18 has the gateway's UUIDs of version 7, which land in an index
 * side by side, unlike random ones.
 */
const uuid = 'uuidv7()';
const input = {
  // The tenant is chosen by pgbench, so that PostgreSQL plans the statement as it does for the gateway.
  tenant_id: 'TENANT',
  id: uuid,
  client_id: `'sa_client_' || left(replace(gen_random_uuid()::text, '-', ''), 12)`,
  labels: `'{}'::jsonb`,
  actor: `jsonb_build_object(
    'realm', 'development', 'id', 'development-super_admin', 'name', 'Ada Lovelace', 'email', 'ada@example.com',
    'requestId', ${uuid}::text, 'ip', '127.0.0.1')`,
  may_grant_restricted: 'true',
  skipped_names: '0',
  secret_id: uuid,
  hash: `'\\x' || encode(sha256(uuid_send(gen_random_uuid())), 'hex')`,
  pepper_version: `'v1'`,
  hint: `left(gen_random_uuid()::text, 4)`,
  event_id: uuid,
};

/**
 * What is not counted of each run: each connection is a new process, which makes its caches and its plan
 * first, while those of the gateway's pool have long done so.
 */
const secondsToWarmUp = (/** @type {number} */ clients) => Math.ceil(clients / 24);

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
  const tenant = `(array['${tenants.join("','")}'])[:tenant]`;
  const fields = Object.entries(input).map(
    ([name, value]) => `'${name}', ${value.replace('TENANT', tenant)}`,
  );
  const statement = createServiceAccountSql.replaceAll('$1', `(jsonb_build_object(${fields.join(', ')}))`);
  return `\\set tenant random(1, ${tenants.length})\n${statement};\n`;
}

/**
 * Runs the script, and counts what is done in the last seconds.
 * @param {string} script
 * @param {import('./gateway.js').Connection} connection
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
    const warmUp = secondsToWarmUp(clients);
    const begin = Date.now() + warmUp * 1000;
    const end = begin + seconds * 1000;
    // biome-ignore format: an option and its value a line
    const { stdout } = await execute('pgbench', [
      '--host', host,
      '--port', `${port}`,
      '--username', user,
      '--protocol', 'prepared',
      '--client', `${clients}`,
      '--jobs', `${Math.min(2, clients)}`,
      '--time', `${warmUp + seconds}`,
      '--file', file,
      '--log',
      '--log-prefix', join(folder, 'log'),
      '--no-vacuum',
      database,
    ], { signal });
    const done = await readLog(folder);
    const counted = done.filter(({ at }) => at >= begin && at < end).map(({ milliseconds }) => milliseconds);
    const answers = Number(/^number of transactions actually processed: (\d+)/m.exec(stdout)?.[1]);
    if (answers !== done.length) throw new Error(`pgbench does not say what its log says:\n${stdout}`);
    return {
      rate: counted.length / seconds,
      p50: percentile(counted, 0.5),
      p99: percentile(counted, 0.99),
      answers,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Each thread of pgbench logs a line for each transaction. Of its fields the third is how long it took, in
 * microseconds, and the fifth and sixth are when it ended, in seconds and microseconds.
 * @param {string} folder
 */
async function readLog(folder) {
  const names = (await readdir(folder)).filter((name) => name.startsWith('log.'));
  const logs = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = logs.flatMap((log) => log.split('\n').filter(Boolean));
  return lines.map((line) => {
    const [, , microseconds, , second, rest] = line.split(' ').map(Number);
    return { milliseconds: (microseconds ?? 0) / 1000, at: (second ?? 0) * 1000 + (rest ?? 0) / 1000 };
  });
}
