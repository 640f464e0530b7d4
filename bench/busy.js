// Measures what one busy tenant takes from the others: `npm run bench:busy`, or with options
// `npm run bench:busy -- --seconds 5 --rounds 5`. A tenant with two clients creates accounts alone, and then beside a
// tenant with many clients. Accounts of both tenants share statements (src/features/service-accounts/create/).

import { measureHttp } from './load.js';
import { readOptions } from './options.js';
import { measureOwnGateway } from './own-gateway.js';
import { median } from './statistics.js';
import { table } from './table.js';
import { createTargets, createTenant } from './targets.js';

const { seconds, rounds } = readOptions({
  seconds: { default: 3, max: 60 },
  rounds: { default: 3, max: 50 },
});
const clients = { few: 2, many: 200 };

await measureOwnGateway(compare);

/** @param {{ url: string, token: string, signal: AbortSignal }} own */
async function compare({ url, token, signal }) {
  const targets = await createTargets(url, token);
  const quiet = targets.rest([await createTenant(url, token, 'Quiet')]);
  const busy = targets.rest([await createTenant(url, token, 'Busy')]);
  await measureHttp(busy, clients.few, 2, signal); // The JavaScript engine compiles during these seconds.

  /** @type {Record<'alone' | 'beside' | 'many', import('./load.js').Measurement[]>} */
  const { alone, beside, many } = { alone: [], beside: [], many: [] };
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    alone.push(await measureHttp(quiet, clients.few, seconds, signal));
    const [few, crowd] = await Promise.all([
      measureHttp(quiet, clients.few, seconds, signal),
      measureHttp(busy, clients.many, seconds, signal),
    ]);
    beside.push(few);
    many.push(crowd);
  }
  return table([
    ['REST creates, medians', 'per second', 'p50 ms', 'p99 ms'],
    [`a tenant with ${clients.few} clients, alone`, ...columns(alone)],
    [`the same tenant, while another tenant has ${clients.many} clients`, ...columns(beside)],
    [`the other tenant with ${clients.many} clients`, ...columns(many)],
  ]);
}

/** @param {import('./load.js').Measurement[]} measurements */
function columns(measurements) {
  return /** @type {const} */ (['rate', 'p50', 'p99']).map((what) =>
    median(measurements.map((measurement) => measurement[what])).toFixed(0),
  );
}
