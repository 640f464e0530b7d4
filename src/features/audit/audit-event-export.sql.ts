import type { Statement } from '../../platform/database/sql.js';
import { publicIdSql } from '../../platform/ids.js';
import { binder } from '../../platform/pagination/keyset.js';
import { eventsOf, type TrailQuery, trailExistsSql } from './audit-events.sql.js';

/**
 * The limits of a part. A part ends at the limit that it reaches first, because lines can be long. With 1,000 entries
 * per part, an export takes more memory and is no faster (npm run bench:audit).
 */
const maxPart = { events: 200, bytes: 1_000_000 };

export interface ExportRow {
  /** Whether the tenant exists or, if it is deleted, has audit log entries. */
  trailExists: boolean;
  jsonLines: string;
  hasNextPage: boolean;
  /** The time of the last entry. Null if the part is empty. */
  occurredAt: Date | null;
  /** The ID of the last entry. Null if the part is empty. */
  id: string | null;
}

/**
 * SQL that selects the fields of `AuditEvent` in the order of the schema. `row_to_json` keeps this order; `jsonb` does
 * not.
 */
const line = `
  select ${publicIdSql('AuditEvent', 'event.id')} as id,
    to_char(event.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "occurredAt",
    event.tenant_id as "tenantId",
    (select row_to_json(actor) from (
      select event.caller_realm as realm, event.caller_id as id, event.caller_name as name, event.caller_email as email
    ) actor) as actor,
    event.action, event.target, event.outcome, event.request_id as "requestId", event.ip,
    event.user_agent as "userAgent", event.before, event.after`;

/**
 * Creates the statement that reads a part of an audit log as JSON Lines. PostgreSQL creates the lines, so the gateway
 * receives a single text. `offset 0` prevents the planner from creating each line twice, the second time to measure its
 * length.
 */
export function exportStatement(
  trail: Omit<TrailQuery, 'ascending' | 'limit'> & { tenantId: string },
): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const trailExists = trailExistsSql(`${bind(trail.tenantId)}::uuid`);
  const text = `
    select audit_log.exists as "trailExists", coalesce(part.lines, '') as "jsonLines",
      coalesce(part.more, false) as "hasNextPage",
      part.ids[cardinality(part.ids)] as id, part."occurredAt"
    from (select ${trailExists} as exists) audit_log, lateral (
      select
        string_agg(line || chr(10), '' order by number) filter (where fits) as lines,
        array_agg(id order by number) filter (where fits) as ids,
        max(occurred_at) filter (where fits) as "occurredAt",
        bool_or(not fits) as more
      from (
        select *, number <= ${maxPart.events} and (number = 1 or bytes <= ${maxPart.bytes}) as fits
        from (
          select *, row_number() over of_time as number, sum(octet_length(line)) over of_time as bytes
          from (
            select event.occurred_at, event.id, (select row_to_json(line)::text from (${line}) line) as line
            from (${eventsOf({ ...trail, ascending: true, limit: maxPart.events + 1 }, bind)}) event
            offset 0
          ) event
          window of_time as (order by occurred_at, id rows unbounded preceding)
        ) event
      ) event
    ) part`;
  return { text, values };
}
