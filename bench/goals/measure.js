import { readFile } from 'node:fs/promises';
import { cpuOfEach } from '../cpu.js';
import { startGateway } from '../gateway.js';
import { measureHttp } from '../load.js';

/** @typedef {import('./subjects.js').Subject} Subject */
/** @typedef {import('../load.js').Measurement & import('../cpu.js').Cpu} Measured */

/** The cells of a round: requests, the number of connections, and whether the plain server gets them, too. */
const cells = /** @type {const} */ ({
  rest16: { target: 'rest', connections: 16, compared: true },
  graphql16: { target: 'graphql', connections: 16, compared: true },
  rest64: { target: 'rest', connections: 64, compared: false },
  hot64: { target: 'hot', connections: 64, compared: false },
  rest1: { target: 'rest', connections: 1, compared: false },
  list16: { target: 'list', connections: 16, compared: true },
  token16: { target: 'token', connections: 16, compared: false },
});

/** @typedef {keyof typeof cells} CellName */
/** @typedef {Record<CellName, { ours: Measured[], plain: Measured[] }>} Cells */

/**
 * Measures both servers in turn. Each round begins with the other one.
 * @param {{ ours: Subject, plain: Subject }} subjects
 * @param {{ seconds: number, rounds: number }} extent
 * @param {AbortSignal} signal
 */
export async function measureCells(subjects, { seconds, rounds }, signal) {
  const names = /** @type {CellName[]} */ (Object.keys(cells));
  const measured = /** @type {Cells} */ (
    Object.fromEntries(names.map((name) => [name, { ours: [], plain: [] }]))
  );
  const created = { ours: 0, plain: 0 };
  /** @param {'ours' | 'plain'} who @param {CellName} name @param {number} time @returns {Promise<Measured>} */
  const turn = async (who, name, time) => {
    const { server, targets } = subjects[who];
    const { target, connections } = cells[name];
    /** @type {import('../load.js').Measurement | undefined} */
    let measurement;
    const cpu = await cpuOfEach(server, async () => {
      measurement = await measureHttp(/** @type {any} */ (targets[target]), connections, time, signal);
      return measurement.answers;
    });
    const done = /** @type {import('../load.js').Measurement} */ (measurement);
    if (target !== 'list' && target !== 'token') created[who] += done.answers;
    return { ...done, ...cpu };
  };

  // Round 0 does not count: the JavaScript engine compiles, and PostgreSQL reads its tables.
  for (let round = 0; round <= rounds; round++) {
    console.error(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    for (const name of names) {
      const both = /** @type {const} */ (round % 2 ? ['ours', 'plain'] : ['plain', 'ours']);
      for (const who of both) {
        if (who === 'plain' && !cells[name].compared) continue;
        const result = await turn(who, name, round === 0 ? 2 : seconds);
        if (round > 0) measured[name][who].push(result);
      }
    }
  }
  return { measured, created };
}

/**
 * Starts the gateway again on its database.
 * @param {string} dataDir @param {AbortSignal} signal
 * @returns the milliseconds of each start, and the last gateway, which still runs
 */
export async function startAgain(dataDir, signal) {
  const starts = 5;
  const times = [];
  for (;;) {
    const gateway = await startGateway(dataDir, signal);
    times.push(gateway.milliseconds);
    if (times.length === starts) return { times, gateway };
    await gateway.stop();
  }
}

/**
 * Sends a minute of mixed load to a gateway that has just started, and reads how much memory it occupies afterwards.
 * @param {number} pid @param {Subject['targets']} targets @param {AbortSignal} signal
 * @returns {Promise<number>} megabytes
 */
export async function memoryAfterLoad(pid, targets, signal) {
  for (const name of ['rest', 'graphql', 'list', 'token'])
    await measureHttp(/** @type {any} */ (targets[name]), 16, 15, signal);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
