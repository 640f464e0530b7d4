/** Asks for a value until it fulfils a condition, or for about 10 seconds. @returns the last value */
export async function until<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = await ask();
    if (isSo(value) || attempt === 500) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
