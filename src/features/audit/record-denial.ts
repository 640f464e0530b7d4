import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { AuditAction } from '../../platform/audit/actions.js';
import { actorFrom, insertEventsSql } from '../../platform/audit/insert-events.js';
import type { Caller } from '../../platform/auth/caller.js';
import type { RequestInfo } from '../../platform/context.js';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { prepared } from '../../platform/database/sql.js';

/** Inserts nothing if any gateway has recorded the same denial within the last minute. */
const insertDenial = prepared(
  'record-denial',
  insertEventsSql({
    actor: actorFrom('$1'),
    action: '$2::text',
    tenantId: '$3::uuid',
    target: '$4::text',
    outcome: `'denied'`,
    id: '$5::uuid',
    from: `(select $1::jsonb ->> 'realm' as realm, $1::jsonb ->> 'id' as id) caller
    where not exists (
      select from audit_event
      where outcome = 'denied' and caller_realm = caller.realm and caller_id = caller.id and action = $2
        and tenant_id is not distinct from $3 and occurred_at > now() - interval '1 minute'
    )`,
  }),
);

export interface Denial {
  caller: Caller;
  action: AuditAction;
  /** The tenant that the caller reached for; null where the operation is about none. */
  tenant: string | null;
  /** What in it, by its id or name; null for nothing in particular. */
  thing: string | null;
  request: RequestInfo;
}

/** Never fails: a denial stands whether it could be recorded or not. */
export type RecordDenial = (denial: Denial) => Promise<void>;

/**
 * Records attempts that were denied: at most one a minute for the same caller, action and tenant, so that
 * knocking fills no disk. An event is filed under a tenant that the caller belongs to, never under another
 * one that it reached for: that stands in the target, in the place of what it reached for there.
 */
export function createRecordDenial(pool: Pool, log: Logger): RecordDenial {
  const recent = new LRUCache<string, true>({ max: 10_000, ttl: 60_000 });

  return async ({ caller, action, tenant, thing, request }) => {
    const tenantId = caller.tenants.find((id) => id === tenant) ?? caller.tenants[0] ?? null;
    const target = tenant === null || tenant === tenantId ? (thing ?? tenant) : tenant;
    const key = JSON.stringify([caller.realm, caller.id, action, tenantId]);
    if (recent.has(key)) return;
    recent.set(key, true);
    const { realm, id, name, email } = caller;
    const { requestId, ip, userAgent } = request;
    const actor = { realm, id, name, email, requestId, ip, userAgent };
    try {
      await insertDenial(pool, [JSON.stringify(actor), action, tenantId, target, uuid()]);
    } catch (error) {
      recent.delete(key);
      const reason = whyUnavailable(error);
      const why = reason ? { reason } : { err: error };
      log.error({ ...why, requestId: request.requestId }, 'a denial could not be recorded');
    }
  };
}
