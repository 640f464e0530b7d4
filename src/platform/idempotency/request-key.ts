import type { Context } from '../context.js';
import { invalidField } from '../errors.js';

/**
 * Returns the idempotency key of a request, from the `Idempotency-Key` header or the `idempotencyKey` argument. Returns
 * undefined if the request has neither.
 * @throws AppError BAD_USER_INPUT if the two differ, if the key is not 16 to 255 visible ASCII characters, if it equals
 *   the request ID, or if a second field of the request uses the header
 */
export function requestKey(context: Context, rawArgument: string | null | undefined): string | undefined {
  const header = withoutQuotes(context.takeIdempotencyKey());
  const argument = withoutQuotes(rawArgument ?? undefined);
  if (argument !== undefined && header !== undefined && argument !== header) {
    throw invalidField('idempotencyKey', 'must be the same as the idempotency-key header if both are given');
  }
  const key = argument ?? header;
  if (key !== undefined && !/^[\x21-\x7e]{16,255}$/.test(key)) {
    const field = argument === undefined ? 'idempotency-key' : 'idempotencyKey';
    throw invalidField(field, 'must be 16 to 255 visible ASCII characters');
  }
  // The request ID is logged and stored, but the key must not be.
  if (argument !== undefined && argument === context.requestId) {
    throw invalidField(
      'idempotencyKey',
      'must differ from the x-request-id header, because request IDs are logged',
    );
  }
  return key;
}

/**
 * Removes the quotes around a key, so that the key is the same with and without quotes. The draft standard for the
 * header requires a quoted string (RFC 9651, section 3.3.3), but most clients send the key without quotes.
 */
const withoutQuotes = (key: string | undefined) => (key && /^"(.*)"$/.exec(key)?.[1]) ?? key;
