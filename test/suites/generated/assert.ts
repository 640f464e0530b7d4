import type { z } from 'zod';
import type { WireRequest } from './parts.js';

/** Throws unless an assertion holds. Jest's `expect` would take more time than the answers themselves. */
export function assertThat(holds: unknown, fault: string): asserts holds {
  if (!holds) throw new Error(fault);
}

/** Asserts that an answer contains no place in the code, no message about SQL, and not the token of the request. */
export function assertNoLeak(text: string, { headers }: WireRequest): void {
  const leak =
    /node_modules|\bat \S+ \(|\.[jt]s:\d+:\d+|\bpg_[a-z]{4,}|invalid byte sequence|violates \w+ constraint/.exec(
      text,
    );
  assertThat(!leak, `the answer tells internals: ${text}`);
  const token = /^bearer (.{20,})$/i.exec(headers.authorization ?? '')?.[1];
  assertThat(!token || !text.includes(token), `the answer tells the token: ${text}`);
}

/** Parses a value by a schema. @throws Error when the value does not fit */
export function readAs<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const { data, error } = schema.safeParse(value);
  const faults = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  assertThat(!faults, `the answer does not fit: ${faults}: ${JSON.stringify(value).slice(0, 500)}`);
  return data as z.output<T>;
}
