import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Measures the resident memory of a process in MB. @param {number} pid */
const residentMemory = async (pid) => Number((await run('ps', ['-o', 'rss=', '-p', `${pid}`])).stdout) / 1024;

/**
 * Reads an export, and counts its lines.
 * @param {string} url
 * @param {Record<string, string>} headers
 */
async function readExport(url, headers) {
  const response = await fetch(url, { headers });
  if (!response.ok || !response.body) throw new Error(`The export failed: ${await response.text()}`);
  let lines = 0;
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) lines++;
  }
  return { lines, bytes };
}

/**
 * Measures how fast an export is, and how much the memory of the gateway grows during it.
 * @param {{ url: string, pid: number | undefined }} gateway
 * @param {string} token
 * @param {string} tenant
 * @param {Date} since
 */
export async function measureExport({ url, pid = 0 }, token, tenant, since) {
  const headers = { authorization: `Bearer ${token}`, 'x-tenantid': tenant };
  const target = `${url}/api/v1/admin/audit-event/export?occurredAfter=${since.toISOString()}`;
  const before = await residentMemory(pid);
  let most = before;
  let isOver = false;
  const watch = (async () => {
    for (; !isOver; await setTimeout(100)) most = Math.max(most, await residentMemory(pid));
  })();
  const begin = performance.now();
  const { lines, bytes } = await readExport(target, headers).finally(() => {
    isOver = true;
  });
  const seconds = (performance.now() - begin) / 1000;
  await watch;
  return [
    `Exported ${lines} audit log entries (${(bytes / 1e6).toFixed(0)} MB) in ${seconds.toFixed(1)} s:`,
    `${Math.round(lines / seconds)} entries per second;`,
    `the resident memory of the gateway rose from ${before.toFixed(0)} to ${most.toFixed(0)} MB, by ${(most - before).toFixed(0)} MB.`,
  ].join(' ');
}
