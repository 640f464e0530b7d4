import type { Verdict } from './assert-whole.js';
import type { Load } from './clients.js';

/**
 * Returns the longest time without an acknowledgement after a fault, in milliseconds.
 * @param faults the times of the faults, or the times at which a stopped server continued
 */
export function longestAway({ acknowledgedAt }: Load, faults: number[]): number {
  const gaps = faults.map((from, index) => {
    const to = faults[index + 1] ?? Number.POSITIVE_INFINITY;
    const times = [from, ...acknowledgedAt.filter((time) => time > from && time < to).sort((a, b) => a - b)];
    return Math.max(0, ...times.slice(1).map((time, place) => time - (times[place] ?? time)));
  });
  return Math.max(0, ...gaps);
}

/** Prints the figures and faults of a test. */
export function print(title: string, load: Load, verdict: Verdict, more: Record<string, unknown>): void {
  const { logicalRequests, outcomes } = load;
  const attempts = logicalRequests.reduce((sum, logical) => sum + logical.attempts, 0);
  const transports = ['rest', 'graphql'].map(
    (transport) =>
      `${logicalRequests.filter((logical) => logical.transport === transport).length} ${transport}`,
  );
  const refused = logicalRequests.filter(({ refusal }) => refusal).length;
  const lines: Record<string, unknown> = {
    'logical requests': `${logicalRequests.length} (${transports.join(', ')}), ${refused} refused`,
    attempts,
    ...Object.fromEntries([...outcomes].sort().map(([label, count]) => [`  ${label}`, count])),
    ...more,
    replays: logicalRequests.flatMap(({ answers }) => answers).filter(({ replayed }) => replayed).length,
    ...Object.fromEntries(Object.entries(verdict).map(([what, list]) => [what, list.length])),
  };
  const rows = Object.entries(lines).map(([what, value]) => `  ${what.padEnd(48)} ${value}`);
  process.stdout.write(`${title}\n${rows.join('\n')}\n`);
}
