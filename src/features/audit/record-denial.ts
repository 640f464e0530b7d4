import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { AuditAction } from '../../platform/audit/actions.js';
import type { Caller } from '../../platform/auth/caller.js';
import type { RequestFacts } from '../../platform/context.js';
import { prepared } from '../../platform/database/sql.js';
import { whyUnavailable } from '../../platform/database/unavailable.js';

/** Writes nothing where the trail has the same denial within the last minute, from whichever gateway. */
const insertDenial = prepared(
  'record-denial',
  `insert into audit_event (
     id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome,
     request_id, ip, user_agent
   )
   select $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, 'denied',
     $9::text, $10::text, $11::text
   where not exists (
     select from audit_event
     where outcome = 'denied' and caller_realm = $3 and caller_id = $4 and action = $7
       and tenant_id is not distinct from $2 and occurred_at > now() - interval '1 minute'
   )`,
);

export interface Denial {
  caller: Caller;
  action: AuditAction;
  /** The tenant that the caller reached for; null where the operation is about none. */
  tenant: string | null;
  /** What in it, by its id or name; null for nothing in particular. */
  thing: string | null;
  request: RequestFacts;
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
    // biome-ignore format: in the groups and the order of the statement's parameters
    const values = [
      uuid(), tenantId, caller.realm, caller.id, caller.name, caller.email, action, target,
      request.requestId, request.ip, request.userAgent,
    ];
    try {
      await insertDenial(pool, values);
    } catch (error) {
      recent.delete(key);
      const reason = whyUnavailable(error);
      const why = reason ? { reason } : { err: error };
      log.error({ ...why, requestId: request.requestId }, 'a denial could not be recorded');
    }
  };
}
