import type { Context } from '../context.js';
import { invalidField } from '../errors.js';

/**
 * The idempotency key of a request: the `Idempotency-Key` header, or the argument of that name.
 * @returns undefined when there is none
 * @throws AppError BAD_USER_INPUT when the two differ, when it is not 16 to 255 visible ASCII characters, or when
 *   it is a header, and the second field of a request asks for it
 */
export function requestKey(context: Context, given: string | null | undefined): string | undefined {
  const header = withoutQuotes(context.takeIdempotencyKey());
  const argument = withoutQuotes(given ?? undefined);
  if (argument !== undefined && header !== undefined && argument !== header) {
    throw invalidField('idempotencyKey', 'differs from the idempotency-key header');
  }
  const key = argument ?? header;
  if (key !== undefined && !/^[\x21-\x7e]{16,255}$/.test(key)) {
    const field = argument === undefined ? 'idempotency-key' : 'idempotencyKey';
    throw invalidField(field, 'must be 16 to 255 visible ASCII characters');
  }
  // The request id is logged and stored.
  if (argument !== undefined && argument === context.requestId) {
    throw invalidField('idempotencyKey', 'must not be the x-request-id, too');
  }
  return key;
}

/**
 * The draft of the header's standard has a quoted string (RFC 9651, section 3.3.3), most clients send it bare. What
 * a client has stored for the one door is the same key at the other.
 */
const withoutQuotes = (key: string | undefined) => (key && /^"(.*)"$/.exec(key)?.[1]) ?? key;
