import { type Context, callerOf } from '../context.js';

/** The columns of `eventValues`, for statements that write events by themselves. */
export const eventColumns = 'caller_realm, caller_id, caller_name, caller_email, request_id, ip, user_agent';

/** Who does it and how they came, in the order of `eventColumns`. */
export function eventValues(context: Context): unknown[] {
  const { realm, id, name, email } = callerOf(context);
  return [realm, id, name, email, context.requestId, context.ip, context.userAgent];
}
