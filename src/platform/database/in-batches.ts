/** The maximum number of keys in one statement. */
const maxBatchSize = 1000;

interface Waiting<Key, Value> {
  key: Key;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Turns a fetch of many keys into a fetch of one key, so that many callers share few statements. Keys that arrive while
 * a statement runs are fetched by the next one, so no caller waits for others to arrive. Values are not cached, so each
 * is as recent as its statement. Running several statements at the same time was slower, because each had fewer keys.
 * @param fetch returns values in the order of the keys; if it fails, all waiting callers fail, too, because each batch
 *   would otherwise wait in turn for an unreachable database
 */
export function inBatches<Key, Value>(fetch: (keys: Key[]) => Promise<Value[]>) {
  let waiting: Waiting<Key, Value>[] = [];
  let running = false;

  function start(): void {
    const batch = waiting.slice(0, maxBatchSize);
    waiting = waiting.slice(maxBatchSize);
    running = batch.length > 0;
    if (!running) return;
    fetch(batch.map(({ key }) => key)).then(
      (values) => {
        // The next statement runs while the callers of this one continue.
        start();
        process.nextTick(() => {
          batch.forEach(({ resolve }, index) => {
            resolve(values[index] as Value);
          });
        });
      },
      (error) => {
        running = false;
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
      },
    );
  }

  return (key: Key): Promise<Value> =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (running) return;
      running = true;
      // Callers that arrive in the same turn of the event loop share the statement.
      setImmediate(start);
    });
}
