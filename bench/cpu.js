import { readdirSync, readFileSync } from 'node:fs';

/**
 * A server, whose CPU time is the time of its process, and its PostgreSQL, whose CPU time is the time of all of its
 * processes.
 * @typedef {{ pid: number, postmaster: number }} Server
 */

/** Microseconds of CPU time. @typedef {{ server: number, postgres: number }} Cpu */

/** Linux counts the CPU time of ended processes in ticks, and a second has a hundred of them on every architecture. */
const microsecondsOfTick = 10_000;

/** Returns whether this system counts the CPU time of each thread in nanoseconds, as Linux usually does. */
export const hasCpuTimes = () => threadTime('self/schedstat') > 0;

/**
 * Measures the CPU time of a server and of its PostgreSQL during some work. Unlike the elapsed time, it hardly depends
 * on what else the machine does.
 * @param {Server} server
 * @param {() => Promise<number>} work returns the number of requests that it has sent
 * @returns {Promise<Cpu>} the CPU time for each request
 */
export async function cpuOfEach(server, work) {
  const before = cpuTimes(server);
  const requests = await work();
  const after = cpuTimes(server);
  return {
    server: (after.server - before.server) / requests,
    postgres: (after.postgres - before.postgres) / requests,
  };
}

/** @param {Server} server @returns {Cpu} */
const cpuTimes = ({ pid, postmaster }) => ({
  server: sum(readdirSync(`/proc/${pid}/task`), (thread) => threadTime(`${pid}/task/${thread}/schedstat`)),
  postgres: postgresTime(postmaster),
});

/** Each connection is a child process of the postmaster, which adds up the time of the ones that have ended. @param {number} postmaster */
function postgresTime(postmaster) {
  const running = sum([`${postmaster}`, ...childrenOf(postmaster)], (id) => threadTime(`${id}/schedstat`));
  const { childTicks } = readStat(`${postmaster}`);
  return running + childTicks * microsecondsOfTick;
}

/** @param {number} parent @returns the IDs of its child processes */
export const childrenOf = (parent) =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readStat(name).parent === parent);

/**
 * Reads two facts from a file whose fields proc_pid_stat(5) numbers from 1. The second field is the name of the program
 * in parentheses, and may contain spaces.
 * @param {string} id
 */
function readStat(id) {
  const fields = read(`${id}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  /** @param {number} number */
  const field = (number) => Number(fields[number - 3]);
  return { parent: field(4), childTicks: field(16) + field(17) };
}

/** Returns microseconds. @param {string} file */
const threadTime = (file) => Number(read(file).split(' ')[0]) / 1000;

/** Returns an empty text for a process that has ended. @param {string} file */
function read(file) {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string[]} items @param {(item: string) => number} amount */
const sum = (items, amount) => items.reduce((total, item) => total + amount(item), 0);
