/**
 * Measures the CPU time of this process, in which the gateway runs, during some work. Unlike the elapsed time, it does not
 * depend on what else the machine does.
 * @returns milliseconds
 */
export async function cpuTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
