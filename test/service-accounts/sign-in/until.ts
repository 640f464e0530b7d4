/** Asks until something is so, or for 10 seconds. @returns what it was in the end */
export async function until<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const deadline = performance.timeOrigin + performance.now() + 10_000;
  for (;;) {
    const value = await ask();
    if (isSo(value) || performance.timeOrigin + performance.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
