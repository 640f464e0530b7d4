// Measures one call that changes 100 accounts beside a call that changes one: `npm run bench:bulk`, or with options
// `npm run bench:bulk -- --rounds 50`. The two take turns, so that other work of the machine slows both of them.
import { createCalls, operations } from './bulk-calls.js';
import { queryRow } from './database.js';
import { databaseOf } from './gateway.js';
import { readOptions } from './options.js';
import { measureOwnGateway } from './own-gateway.js';
import { median } from './statistics.js';
import { table } from './table.js';
import { createTenant } from './targets.js';

const { rounds, size } = readOptions({
  rounds: { default: 20, max: 1000 },
  size: { default: 100, max: 100 },
});

/** The number of first rounds that do not count, because the JavaScript engine still compiles during them. */
const warmUp = 5;

/** Makes deleted accounts active again in the database, because the gateway restores only one at a time. */
const bringBack = `
  with account as (
    update service_account set status = 'active', deleted_at = null where status = 'deleted' returning tenant_id
  ),
  tenants as (select tenant_id as id, count(*) as restored from account group by tenant_id)
  update tenant set service_account_count = service_account_count + restored from tenants where tenant.id = tenants.id`;

await measureOwnGateway(compare);

/** @param {{ url: string, dataDir: string, token: string, signal: AbortSignal }} own */
async function compare({ url, dataDir, token, signal }) {
  const calls = await createCalls(url, token, await createTenant(url, token, 'Bulk'));
  const ids = await Promise.all(Array.from({ length: size }, calls.create));
  const single = await calls.create();

  const connection = await databaseOf(dataDir);

  /** @type {Map<string, { one: number[], many: number[] }>} */
  const times = new Map();
  for (let round = 1 - warmUp; round <= rounds; round++) {
    signal.throwIfAborted();
    if (round >= 1) console.error(`round ${round} of ${rounds}`);
    for (const [apiName, target] of Object.entries(calls.targets)) {
      for (const operation of operations) {
        const input = operation.input(apiName === 'REST' ? round : round + 1);
        const turns = {
          one: () => target.one(operation, single, input),
          many: () => target.many(operation, ids, input),
        };
        const name = `${operation.name}, ${apiName}`;
        const measured = times.get(name) ?? { one: [], many: [] };
        for (const turn of /** @type {const} */ (round % 2 ? ['one', 'many'] : ['many', 'one'])) {
          const milliseconds = await timed(turns[turn]);
          if (round >= 1) measured[turn].push(milliseconds);
        }
        times.set(name, measured);
      }
      await queryRow(connection, bringBack);
    }
  }
  return table([
    ['medians', '1 account: ms', `${size} accounts: ms`, 'ratio'],
    ...[...times].map(([name, { one, many }]) => [
      name,
      median(one).toFixed(1),
      median(many).toFixed(1),
      (median(many) / median(one)).toFixed(2),
    ]),
  ]);
}

/** @param {() => Promise<unknown>} work @returns {Promise<number>} milliseconds */
async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
