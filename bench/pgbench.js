import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServiceAccountsSql } from '../dist/src/features/service-accounts/create/create-service-account.sql.js';
import { valueTypes } from '../dist/src/features/service-accounts/create/creation.js';
import { percentile } from './statistics.js';

const execute = promisify(execFile);

/** SQL for a UUID of version 7, as the gateway makes. They stand side by side in an index, unlike random UUIDs. */
const uuid = 'uuidv7()';

/**
 * Returns SQL for the values of an account that are not null for a request without input.
 * @param {string} tenant SQL that chooses a tenant
 * @returns {Record<string, string>}
 */
const valuesFor = (tenant) => ({
  tenant_id: tenant,
  id: uuid,
  client_id: `'sa_client_' || left(replace(gen_random_uuid()::text, '-', ''), 12)`,
  labels: `json_build_object()`,
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
});

/**
 * Returns the seconds of each run that do not count: each connection is a new process, which first makes its caches and
 * its plan, while the connections of the gateway's pool have made theirs long ago.
 */
const secondsToWarmUp = (/** @type {number} */ clients) => Math.ceil(clients / 24);

/** @returns {Promise<string | undefined>} the version of pgbench, or undefined when it is not installed */
export const findPgbench = () =>
  execute('pgbench', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

/**
 * Writes the gateway's own statement as a script of pgbench. It creates one account, in one of the tenants at random.
 * @param {string[]} tenants
 */
export function pgbenchScript(tenants) {
  const values = Object.entries(valuesFor(`(array['${tenants.join("','")}'])[:tenant]`));
  const unknown = values.find(([name]) => !Object.hasOwn(valueTypes, name));
  if (unknown)
    throw new Error(`bench/pgbench.js has a value that the statement does not have: ${unknown[0]}`);
  const account = `json_build_object(${values.map(([name, value]) => `'${name}', ${value}`).join(', ')})`;
  const statement = createServiceAccountsSql('wait').replace('$1::json', `json_build_array(${account})`);
  return `\\set tenant random(1, ${tenants.length})\n${statement};\n`;
}

/**
 * Runs the script, and counts the transactions of the last seconds.
 * @param {string} script
 * @param {import('./gateway.js').Connection} connection
 * @param {number} clients the number of clients, each with its own connection
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
    // biome-ignore format: each line has an option and its value
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
    if (answers !== done.length) throw new Error(`The output of pgbench differs from its log:\n${stdout}`);
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
 * Reads the logs of pgbench's threads, which have a line for each transaction. The third field of a line is the
 * duration in microseconds, and the fifth and sixth fields are the end in seconds and microseconds.
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
