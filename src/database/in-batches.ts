/** At least one runs while the answer of another one is read. */
const width = 2;

/** How many keys go into a batch at most. */
const size = 1000;

interface Waiting<Key, Value> {
  key: Key;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Fetches things one by one for its callers and, when many ask at once, many by one statement: what is asked while
 * statements are on their way goes with the next one. Nothing is kept, so that each answer is as fresh as its
 * statement, and nobody waits for others to come.
 * @param fetch answers in the order of the keys. When it fails, whoever waits by then is told so, too: a database
 *   that is away would have each batch wait for it in turn
 */
export function inBatches<Key, Value>(fetch: (keys: Key[]) => Promise<Value[]>) {
  let waiting: Waiting<Key, Value>[] = [];
  let running = 0;

  async function run(batch: Waiting<Key, Value>[]): Promise<void> {
    running += 1;
    try {
      const values = await fetch(batch.map(({ key }) => key));
      batch.forEach(({ resolve }, index) => {
        resolve(values[index] as Value);
      });
    } catch (error) {
      for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
    } finally {
      running -= 1;
      next();
    }
  }

  function next(): void {
    if (running >= width || waiting.length === 0) return;
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    void run(batch);
  }

  return (key: Key): Promise<Value> =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      next();
    });
}
