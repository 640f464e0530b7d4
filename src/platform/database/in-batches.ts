/** The maximum number of keys of one statement. */
const maxBatchSize = 1000;

interface Waiting<Key, Value> {
  key: Key;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Turns a fetch of many keys into a fetch of one. Keys that are asked for while a statement runs go with the next one,
 * so that many callers share few statements. Nothing is cached, so that each answer is as fresh as its statement, and
 * no caller waits for others to come. More than one statement at a time was slower, since each had fewer keys.
 * @param fetch returns values in the order of the keys. When it fails, everyone who waits by then fails, too: with a
 *   database that is away each batch would wait for it in turn
 */
export function inBatches<Key, Value>(fetch: (keys: Key[]) => Promise<Value[]>) {
  let waiting: Waiting<Key, Value>[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatchSize);
      waiting = waiting.slice(maxBatchSize);
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
