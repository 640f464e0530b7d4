import type { Gateway } from '../../harness/gateway.js';

/** The fields of an event that a test may set. The other fields are made up. */
export interface Made {
  tenant: string | null;
  /** Milliseconds after the first second of 2026. */
  at?: number;
  realm?: string;
  caller?: string;
  action?: string;
  target?: string | null;
  outcome?: 'success' | 'denied';
  requestId?: string;
  before?: object | null;
  after?: object | null;
}

/** The time of an event whose `at` is 0. */
const beginning = Date.UTC(2026, 0, 1);
export const timeOf = (at: number): string => new Date(beginning + at).toISOString();

/** Adds many events of a tenant to the audit log in one statement, one for each millisecond. */
export async function fillTrail({ sql }: Gateway, tenant: string, count: number): Promise<void> {
  await sql(
    `insert into audit_event (
       occurred_at, id, tenant_id, caller_realm, caller_id, action, target, outcome, request_id, after
     )
     select to_timestamp($3) + number * interval '1 millisecond', gen_random_uuid(), $1, 'acme', 'ada',
       'service_account.update', 'sa-' || number, 'success', 'request-' || number, jsonb_build_object('number', number)
     from generate_series(1, $2::integer) number`,
    [tenant, count, beginning / 1000],
  );
}

/** Adds events to an audit log. @returns their public ids */
export async function addEvents({ sql }: Gateway, events: readonly Made[]): Promise<string[]> {
  const rows = events.map(({ at = 0, ...event }) => ({
    caller: 'ada',
    realm: 'acme',
    action: 'service_account.update',
    target: null,
    outcome: 'success',
    requestId: 'request',
    before: null,
    after: null,
    ...event,
    at: timeOf(at),
  }));
  const added = await sql<{ id: string }>(
    `insert into audit_event (
       occurred_at, id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome,
       request_id, ip, user_agent, before, after
     )
     select (event->>'at')::timestamptz, gen_random_uuid(), (event->>'tenant')::uuid, event->>'realm', event->>'caller',
       'Ada', 'ada@example.com', event->>'action', event->>'target', event->>'outcome', event->>'requestId', '192.0.2.1',
       'a test', nullif(event->'before', 'null'), nullif(event->'after', 'null')
     from jsonb_array_elements($1) with ordinality as made (event, number) order by number
     returning 'audit-' || id as id`,
    [JSON.stringify(rows)],
  );
  return added.map(({ id }) => id);
}
