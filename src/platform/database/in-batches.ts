/** How many keys go into a batch at most. */
const size = 1000;

interface Waiting<Key, Value> {
  key: Key;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Fetches things one by one for its callers and, when many ask at once, many by one statement: what is asked while a
 * statement is on its way goes with the next one. Nothing is kept, so that each answer is as fresh as its statement,
 * and nobody waits for others to come. More than one statement at a time was slower, since each had fewer keys.
 * @param fetch answers in the order of the keys. When it fails, whoever waits by then is told so, too: a database
 *   that is away would have each batch wait for it in turn
 */
export function inBatches<Key, Value>(fetch: (keys: Key[]) => Promise<Value[]>) {
  let waiting: Waiting<Key, Value>[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, size);
      waiting = waiting.slice(size);
      try {
        const values = await fetch(batch.map(({ key }) => key));
        batch.forEach(({ resolve }, index) => {
          resolve(values[index] as Value);
        });
      } catch (error) {
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
      }
    }
    running = false;
  }

  return (key: Key): Promise<Value> =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!running) void run();
    });
}
