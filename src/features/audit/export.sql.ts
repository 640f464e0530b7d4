import type { Statement } from '../../platform/database/sql.js';
import { publicIdSql } from '../../platform/ids.js';
import { binder } from '../../platform/pagination/keyset.js';
import { eventsOf, isKnown, type TrailQuery } from './audit-events.sql.js';

/**
 * Events of a part, and after how many bytes it ends sooner: what was before and after may be long. With a thousand
 * an export is no faster, and takes more memory (npm run bench:audit).
 */
const most = { events: 200, bytes: 1_000_000 };

export interface ExportRow {
  /** Whether there is a tenant, or has been one. */
  known: boolean;
  jsonLines: string;
  hasNextPage: boolean;
  /** The last event; null in an empty part. */
  occurredAt: Date | null;
  id: string | null;
}

/** The fields of AuditEvent, in their order; row_to_json, unlike jsonb, keeps that. */
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
 * A part of a trail as JSON Lines, which PostgreSQL writes: here they are a text, whatever is in them. Without its
 * `offset 0` it would write each line twice, the other time to measure it.
 */
export function exportStatement(
  trail: Omit<TrailQuery, 'ascending' | 'limit'> & { tenantId: string },
): Statement {
  const values: unknown[] = [];
  const bind = binder(values);
  const known = isKnown(`${bind(trail.tenantId)}::uuid`);
  const text = `
    select trail.known, coalesce(part.lines, '') as "jsonLines", coalesce(part.more, false) as "hasNextPage",
      part.ids[cardinality(part.ids)] as id, part."occurredAt"
    from (select ${known} as known) trail, lateral (
      select
        string_agg(line || chr(10), '' order by number) filter (where fits) as lines,
        array_agg(id order by number) filter (where fits) as ids,
        max(occurred_at) filter (where fits) as "occurredAt",
        bool_or(not fits) as more
      from (
        select *, number <= ${most.events} and (number = 1 or bytes <= ${most.bytes}) as fits
        from (
          select *, row_number() over of_time as number, sum(octet_length(line)) over of_time as bytes
          from (
            select event.occurred_at, event.id, (select row_to_json(line)::text from (${line}) line) as line
            from (${eventsOf({ ...trail, ascending: true, limit: most.events + 1 }, bind)}) event
            offset 0
          ) event
          window of_time as (order by occurred_at, id rows unbounded preceding)
        ) event
      ) event
    ) part`;
  return { text, values };
}
