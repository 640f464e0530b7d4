/**
 * The options of an LRU cache that occupies memory only for the entries that it has. With lru-cache's option `max`, it
 * occupies the memory for all entries from the start: 2.8 MB for 100,000, which take 7 ms.
 */
export const atMost = (entries: number) => ({ maxSize: entries, sizeCalculation: () => 1 });
