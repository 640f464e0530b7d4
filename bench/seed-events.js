// PostgreSQL itself makes up the events of one tenant. Any filter finds at least 60 events, whether there are 1,000 or
// 5,000,000 of them, so that a rare value becomes rarer as the audit log grows.

/** The number of events that a statement makes. */
const batch = 100_000;

/** The number of events that have a rare value. */
const rare = 60;

const person = `case when number % step = 0 then 'person-rare' else 'person-' || 1 + number % 15 end`;
const action = `case when number % step = 1 then 'tenant.update'
  else (array['service_account.create', 'service_account.update', 'service_account.update', 'service_account.delete',
    'service_account.rotate_secret', 'service_account.update', 'service_account.set_permissions',
    'service_account.disable', 'service_account.enable', 'service_account.update'])[1 + number % 10] end`;

/** SQL for a UUID of version 7 (RFC 9562, section 5.7), whose place in an index is that of a gateway's UUID. */
const id = `(encode(substring(int8send((date_part('epoch', at) * 1000)::bigint) from 3), 'hex')
  || '7' || substr(md5(number::text), 1, 3) || '8' || substr(md5(number::text), 4, 15))::uuid`;

const insert = `
insert into audit_event (
  occurred_at, id, tenant_id, caller_realm, caller_id, caller_name, caller_email, action, target, outcome, request_id,
  ip, user_agent, before, after
)
select
  at, ${id}, $1, 'acme', ${person}, 'Ada Lovelace', 'ada@example.com', ${action},
  'sa-00000000-0000-7000-8000-' || lpad((number % step)::text, 12, '0'),
  case when number % 15 = 7 then 'denied' else 'success' end, 'request-' || number / 2, '192.0.2.1', 'curl/8.14.1',
  case when number % 10 in (1, 2, 5, 9) then jsonb_build_object('owner', null, 'description', 'Made by hand') end,
  case when number % 10 in (0, 1, 2, 5, 9) then jsonb_build_object(
    'owner', 'team-' || number % 100 || '@example.com', 'description', 'Exports what has changed, every night') end
from (
  select number, greatest(2, $2::bigint / ${rare}) as step,
    date_trunc('milliseconds', now() - ($5::interval + $6::interval * (1 - number::float8 / $2))) as at
  from generate_series($3::bigint, $4::bigint) number
) made`;

/**
 * Adds a number of events to a migrated database, spread evenly over some time.
 * @param {import('pg').Client} client
 * @param {string} tenant
 * @param {number} count
 * @param {(count: number) => void} [onProgress] receives how many more events there are
 * @param {AbortSignal} [signal] ends the work after the statement that is running
 * @param {{ span?: string, age?: string }} [when] the length of that time, and how long ago it ended, as intervals of
 *   PostgreSQL; defaults to the last year
 */
export async function seedEvents(client, tenant, count, onProgress, signal, when = {}) {
  const { span = '1 year', age = '0' } = when;
  for (let from = 1; from <= count; from += batch) {
    signal?.throwIfAborted();
    const to = Math.min(count, from + batch - 1);
    await client.query('begin; set local synchronous_commit = off');
    await client.query(insert, [tenant, count, from, to, age, span]);
    await client.query('commit');
    onProgress?.(to - from + 1);
  }
}
