// Measures what a flood takes from an administrator: `npm run bench:flood`, or with options
// `npm run bench:flood -- --seconds 5 --connections 100`. An administrator reads a list of one account, alone and then
// beside each flood, one flood after the other. A connection of a flood sends its next request when it has the response
// to the previous one. All limits are those of the product. The gateway trusts one proxy, so that each flood and the
// administrator have their own addresses. The command fails if a flood slows the list down too much.
import { availableParallelism } from 'node:os';
import { createAdministrator } from './flood/administrator.js';
import { createFloods } from './flood/floods.js';
import { isWithin, maxRatio, report } from './flood/report.js';
import { runFlood } from './flood/run-flood.js';
import { productDefaults } from './gateway.js';
import { readOptions } from './options.js';
import { measureOwnGateway } from './own-gateway.js';

const { seconds, connections } = readOptions({
  seconds: { default: 10, max: 60 },
  connections: { default: 300, max: 1000 },
});

/** The seconds for which the administrator is measured alone before each flood. */
const idleSeconds = 4;

await measureOwnGateway(measure, undefined, {
  variables: { ...productDefaults, TRUST_PROXY: '1' },
  log: 'ignore',
});

/** @param {import('./own-gateway.js').Own} own */
async function measure({ url, token, signal }) {
  const administrator = await createAdministrator(url, token);
  const floods = await createFloods(url, token);
  await administrator.read(idleSeconds, signal); // The JavaScript engine compiles during these seconds.
  /** @type {import('./flood/report.js').Row[]} */
  const rows = [];
  for (const { name, request } of floods) {
    console.error(`flood ${rows.length + 1} of ${floods.length}: ${name}`);
    const idle = await administrator.read(idleSeconds, signal);
    const read = () => administrator.read(seconds, signal);
    const { result: during, answers } = await runFlood({ url, connections, request }, read, signal);
    rows.push({ name, idle, during, answers });
  }
  if (!rows.every(isWithin)) process.exitCode = 1;
  return [
    `${connections} connections for ${seconds} s each, ${availableParallelism()} cores, Node.js ${process.version}`,
    report(rows),
    `The median beside a flood must be under ${maxRatio} times the idle median.`,
  ].join('\n\n');
}
