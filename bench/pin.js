import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childrenOf } from './cpu.js';

/**
 * Binds the servers to one core, and their PostgreSQLs and the load generator, which is this process, to another.
 * Otherwise the operating system moves them about, and the figures of two runs differ more.
 * @param {import('./cpu.js').Server[]} servers
 * @returns {(() => void) | undefined} releases this process again; undefined if taskset or a second core is missing
 */
export function pinToCores(servers) {
  const list = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const [first, second] = coresOf(list);
  if (second === undefined) return undefined;
  /** @param {number} id @param {string | number} cores */
  const bind = (id, cores) => execFileSync('taskset', ['-acp', `${cores}`, `${id}`], { stdio: 'ignore' });
  try {
    bind(process.pid, second);
  } catch {
    return undefined; // taskset is not installed
  }
  for (const { pid, postmaster } of servers) {
    bind(pid, first ?? second);
    for (const id of [postmaster, ...childrenOf(postmaster).map(Number)]) bindRunning(() => bind(id, second));
  }
  return () => bind(process.pid, list);
}

/** A connection of PostgreSQL may end at any time. @param {() => void} bind */
function bindRunning(bind) {
  try {
    bind();
  } catch {}
}

/** @param {string} list such as 0-3,8 */
const coresOf = (list) =>
  list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
