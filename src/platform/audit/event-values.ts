import { type Context, callerOf, type RequestFacts } from '../context.js';

/** Who did something, and by which request. */
export interface Doer extends RequestFacts {
  realm: string;
  id: string;
  name: string | null;
  email: string | null;
}

/** The columns of `eventValues`, for statements that write events by themselves. */
export const eventColumns = 'caller_realm, caller_id, caller_name, caller_email, request_id, ip, user_agent';

/** Who does it and how they came, in the order of `eventColumns`. */
export const eventValues = ({ realm, id, name, email, requestId, ip, userAgent }: Doer): unknown[] => [
  realm,
  id,
  name,
  email,
  requestId,
  ip,
  userAgent,
];

/** The caller behind a shield rule. @throws AppError UNAUTHENTICATED */
export function doerOf(context: Context): Doer {
  const { realm, id, name, email } = callerOf(context);
  const { requestId, ip, userAgent } = context;
  return { realm, id, name, email, requestId, ip, userAgent };
}
