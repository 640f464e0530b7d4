import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Load } from './clients.js';
import type { Logical } from './logical.js';

interface Row {
  id: string;
  marker: string | null;
  /** Hexadecimal. */
  hashes: string[];
  events: number;
}

const accountsSql = `
  select 'sa-' || account.id as id,
    case when name like 'logical-%' then name else description end as marker,
    array(select encode(hash, 'hex') from service_account_secret where service_account_id = account.id) as hashes,
    (select count(*)::int from audit_event where target = 'sa-' || account.id
      and action = 'service_account.create' and outcome = 'success') as events
  from service_account account where tenant_id = $1`;

const strayEventsSql = `
  select target from audit_event
  where action = 'service_account.create' and outcome = 'success'
    and not exists (select from service_account account where 'sa-' || account.id = target)
  union all
  select service_account_id::text from service_account_secret
  where not exists (select from service_account account where account.id = service_account_id)`;

/** Rows that must not exist, by what they would mean. All lists are empty where all is well. */
export interface Verdict {
  unacknowledged: string[];
  /** Acknowledged, and not in the database. */
  lost: string[];
  /** Two accounts, or two answers, for one request. */
  doubled: string[];
  /** An account, a secret and an event that are not three. */
  halfMade: string[];
  /** A secret that was answered, and would not let anyone in. */
  wrongSecret: string[];
  /** Answers that tell a client nothing it can act on: a 500, or a 503 without a Retry-After, something unreadable. */
  unforeseen: string[];
  /** Refused, though the tenant is not full. */
  refused: string[];
  /** Accounts that nobody asked for. */
  stray: string[];
  /** The tenant's count beside what there is. */
  count: string[];
}

export const nothing: Verdict = {
  unacknowledged: [],
  lost: [],
  doubled: [],
  halfMade: [],
  wrongSecret: [],
  stray: [],
  unforeseen: [],
  refused: [],
  count: [],
};

/** A few examples of each, for the message of a test that fails. */
export const few = (verdict: Verdict) =>
  Object.fromEntries(Object.entries(verdict).map(([what, list]) => [what, list.slice(0, 3)]));

/** Holds what the clients were told against what is in the database. */
export async function verify(
  connection: pg.ClientConfig,
  { tenant, pepper }: { tenant: string; pepper: Buffer },
  { logicals, outcomes }: Load,
): Promise<Verdict> {
  const client = new pg.Client(connection).on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Row>(accountsSql, [tenant]);
    const { rows: strays } = await client.query<{ target: string }>(strayEventsSql);
    const { rows: counts } = await client.query(
      'select service_account_count as n from tenant where id = $1',
      [tenant],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const times = new Map<string | null, number>();
    for (const { marker } of rows) times.set(marker, (times.get(marker) ?? 0) + 1);
    const told = logicals.filter(({ answers }) => answers.length > 0);
    const hash = (secret: string) => createHmac('sha256', pepper).update(secret).digest('hex');
    const named = (list: Logical[]) => list.map(({ marker }) => marker);
    const asked = new Set(named(logicals));
    return {
      unacknowledged: named(logicals.filter(({ answers, refusal }) => answers.length === 0 && !refusal)),
      lost: named(told.filter(({ answers }) => answers.some(({ id }) => !byId.has(id)))),
      doubled: named(
        logicals.filter((logical) => (times.get(logical.marker) ?? 0) > 1 || !areAlike(logical)),
      ),
      halfMade: [
        ...rows.filter(({ hashes, events }) => hashes.length !== 1 || events !== 1).map(({ id }) => id),
        ...strays.map(({ target }) => target),
      ],
      wrongSecret: named(
        told.filter(({ answers }) =>
          answers.some(({ id, secret }) => !byId.get(id)?.hashes.includes(hash(secret))),
        ),
      ),
      stray: rows.map(({ marker, id }) => marker ?? id).filter((marker) => !asked.has(marker)),
      unforeseen: [...outcomes.keys()].filter((label) =>
        /INTERNAL|without Retry-After|unreadable/.test(label),
      ),
      refused: logicals.flatMap(({ refusal }) => (refusal && !/LIMIT_REACHED/.test(refusal) ? refusal : [])),
      count: counts[0]?.n === rows.length ? [] : [`${counts[0]?.n} instead of ${rows.length}`],
    };
  } finally {
    await client.end();
  }
}

/** Whether all that a client saw for one request was one answer, pieces of cut ones included. */
function areAlike({ answers, glimpses }: Logical): boolean {
  const [first] = answers;
  if (!first) return true;
  const seen = glimpses.flatMap((text) => text.match(/sa-[0-9a-f-]{36}|sa_secret_[0-9a-z]{38}/g) ?? []);
  return (
    answers.every(({ id, secret }) => id === first.id && secret === first.secret) &&
    seen.every((piece) => piece === first.id || piece === first.secret)
  );
}
