import { readFile } from 'node:fs/promises';
import { sendAmount } from '../load.js';
import { table } from '../table.js';

/**
 * Gets a number of tokens, and measures the memory of the gateway at the start and after each tenth of them.
 * @param {import('../load.js').Target} target
 * @param {number} pid
 * @param {number} amount
 * @param {AbortSignal} signal
 */
export async function watchMemory(target, pid, amount, signal) {
  const rows = [
    ['tokens', 'RSS, MB'],
    ['0', await residentSize(pid)],
  ];
  let sent = 0;
  for (let tenth = 1; tenth <= 10; tenth++) {
    sent += await sendAmount(target, 16, Math.round((amount * tenth) / 10) - sent, signal);
    rows.push([`${sent}`, await residentSize(pid)]);
    console.error(`${sent} of ${amount} tokens`);
  }
  return table(rows);
}

/** Reads the resident size of a process in megabytes. It works on Linux only. @param {number} pid */
async function residentSize(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024).toFixed(0);
}
