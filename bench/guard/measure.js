import { cpuOfEach } from '../cpu.js';
import { sendAmount } from '../load.js';

/** @typedef {keyof import('./versions.js').Version['targets']} Case */
/** @typedef {import('../cpu.js').Cpu} Cpu */

/**
 * The cases, each with the number of requests of a turn. A turn takes about a quarter of a second:
 * the shorter the turns, the more alike is the other work of the machine in the turns of a round.
 * @type {{ [name in Case]: { name: string, amount: number } }}
 */
export const cases = {
  rest: { name: 'create over REST', amount: 200 },
  graphql: { name: 'create over GraphQL', amount: 200 },
  list: { name: 'list of 50 accounts', amount: 120 },
  token: { name: 'access token', amount: 1200 },
};

/** An interval of the median needs six rounds. No other round begins after so many seconds of the whole process. */
const rounds = { least: 6, most: 30, seconds: 200 };

const connections = 16;

/**
 * Measures the versions in turn. Each round begins with another version.
 * @param {import('./versions.js').Version[]} versions
 * @param {AbortSignal} signal
 * @returns {Promise<Map<Case, Cpu[][]>>} for each case and each version the CPU time for each request in each round
 */
export async function measureVersions(versions, signal) {
  /** @param {Case} name @param {import('./versions.js').Version} version */
  const turn = (name, { server, targets }) =>
    cpuOfEach(server, () => sendAmount(targets[name], connections, cases[name].amount, signal));

  const names = await comparableCases(versions, signal);
  // The JavaScript engine compiles during these turns, which do not count.
  for (let round = 1; round <= 4; round++)
    for (const name of names) for (const version of versions) await turn(name, version);

  /** @type {Map<Case, Cpu[][]>} */
  const measured = new Map(names.map((name) => [name, versions.map(() => [])]));
  const isTime = (/** @type {number} */ done) =>
    done < rounds.least || (done < rounds.most && performance.now() < rounds.seconds * 1000);
  for (let done = 0; isTime(done); done++) {
    console.error(`round ${done + 1} of at most ${rounds.most}`);
    for (const name of names)
      for (let place = 0; place < versions.length; place++) {
        const index = (place + done) % versions.length;
        const version = versions[index];
        if (version) measured.get(name)?.[index]?.push(await turn(name, version));
      }
  }
  return measured;
}

/**
 * Returns the cases that all versions respond to: a request may use a field that is new in this checkout.
 * @param {import('./versions.js').Version[]} versions this checkout is the first one
 * @param {AbortSignal} signal
 */
async function comparableCases(versions, signal) {
  const names = [];
  for (const name of /** @type {Case[]} */ (Object.keys(cases))) {
    const [own, ...bases] = versions.map(
      ({ targets }) =>
        () =>
          sendAmount(targets[name], 1, 1, signal),
    );
    await own?.();
    const responds = await Promise.all(bases.map((send) => send().catch(() => 0)));
    if (responds.every(Boolean)) names.push(name);
    else
      console.log(
        `Not compared, because the commit before does not accept the request: ${cases[name].name}.`,
      );
  }
  return names;
}
