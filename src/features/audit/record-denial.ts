import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { AuditAction } from '../../platform/audit/actions.js';
import { actorFrom, insertEventsSql } from '../../platform/audit/insert-events.js';
import { claimMinuteSql, minuteKeySql, restOfMinute } from '../../platform/audit/once-a-minute.js';
import type { Caller } from '../../platform/auth/caller.js';
import { atMost } from '../../platform/cache-size.js';
import { whyUnavailable } from '../../platform/database/database-errors.js';
import { prepared } from '../../platform/database/sql.js';
import type { RequestInfo } from '../../platform/http/request-info.js';

const denialKey = minuteKeySql(
  `'denied'`,
  `$1::jsonb ->> 'realm'`,
  `$1::jsonb ->> 'id'`,
  '$2::text',
  '$3::uuid',
);

/** Inserts a denial, unless a gateway has recorded the same denial in the current minute. */
const insertDenial = prepared(
  'record-denial',
  `with claimed as (${claimMinuteSql(`(select ${denialKey} as key) denial`)})
   ${insertEventsSql({
     actor: actorFrom('$1'),
     action: '$2::text',
     tenantId: '$3::uuid',
     target: '$4::text',
     outcome: `'denied'`,
     id: '$5::uuid',
     from: 'claimed',
   })}`,
);

/** A denied attempt. */
interface Denial {
  caller: Caller;
  action: AuditAction;
  /** The tenant that the request was about. Null if the operation concerns no tenant. */
  tenant: string | null;
  /**
   * The ID or name of the object in the tenant that the request was about. Null if it was about no particular object.
   */
  target: string | null;
  request: RequestInfo;
}

/** Records a denial. Never fails, because the caller is denied in any case. */
export type RecordDenial = (denial: Denial) => Promise<void>;

/**
 * Creates the function that records denied attempts. It records at most one attempt per calendar minute for the same
 * caller, action and tenant, so that repeated attempts do not fill the disk. The entry belongs to a tenant of the
 * caller. If the request was about a tenant that the caller does not belong to, that tenant is the target.
 */
export function createRecordDenial(pool: Pool, log: Logger): RecordDenial {
  const recent = new LRUCache<string, true>(atMost(10_000));

  return async ({ caller, action, tenant, target, request }) => {
    const { realm, id, name, email } = caller;
    const { requestId, ip, userAgent } = request;
    let key = '';
    try {
      const held = [...(await caller.tenantRoles())];
      const own = [...held.filter(([, { length }]) => length > 0), ...held].map(([id]) => id);
      const tenantId = own.find((one) => one === tenant) ?? own[0] ?? null;
      const recordedTarget = tenant === null || tenant === tenantId ? (target ?? tenant) : tenant;
      key = JSON.stringify([realm, id, action, tenantId]);
      if (recent.has(key)) return;
      recent.set(key, true, { ttl: restOfMinute() });
      const actor = { realm, id, name, email, requestId, ip, userAgent };
      await insertDenial(pool, [JSON.stringify(actor), action, tenantId, recordedTarget, uuid()]);
    } catch (error) {
      recent.delete(key);
      const reason = whyUnavailable(error);
      const why = reason ? { reason } : { err: error };
      log.error(
        { ...why, requestId: request.requestId },
        'Denied attempt could not be recorded in the audit log',
      );
    }
  };
}
