import { LRUCache } from 'lru-cache';

/** The number of texts that are remembered. Most clients send one of a few. */
const maxTexts = 100;

/** Remembers what a function returns for the latest texts, such as values of a header that most requests share. */
export function remember<Value extends NonNullable<unknown>>(
  compute: (text: string) => Value,
): (text: string) => Value {
  const values = new LRUCache<string, Value>({ max: maxTexts });
  return (text) => {
    const known = values.get(text);
    if (known !== undefined) return known;
    const value = compute(text);
    values.set(text, value);
    return value;
  };
}
