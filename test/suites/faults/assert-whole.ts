import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Load } from './clients.js';
import type { Logical } from './logical.js';

interface Row {
  id: string;
  marker: string | null;
  /** The hashes of the account's secrets in hexadecimal. */
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

/** The faults that were found, by their kind. All lists are empty when there are none. */
export interface Verdict {
  unacknowledged: string[];
  /** Accounts that were acknowledged and are not in the database. */
  lost: string[];
  /** Requests with two accounts or two different answers. */
  doubled: string[];
  /** Accounts without exactly one secret and one event of creation, and such rows without an account. */
  halfMade: string[];
  /** Accounts whose stored hash does not fit the secret in an answer. */
  wrongSecret: string[];
  /** Answers that a client cannot act on: a 500, a 503 without a Retry-After, or an unreadable one. */
  unforeseen: string[];
  /** Refusals for another reason than a full tenant. */
  refused: string[];
  /** Accounts that no client has asked for. */
  stray: string[];
  /** The tenant's count, if it differs from the number of its accounts. */
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

/** Returns a few examples of each kind of fault, for the message of a failing test. */
export const few = (verdict: Verdict) =>
  Object.fromEntries(Object.entries(verdict).map(([what, list]) => [what, list.slice(0, 3)]));

/** Compares the answers that the clients got with the rows in the database. */
export async function verify(
  connection: pg.ClientConfig,
  { tenant, pepper }: { tenant: string; pepper: Buffer },
  { logicalRequests, outcomes }: Load,
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
    const told = logicalRequests.filter(({ answers }) => answers.length > 0);
    const hash = (secret: string) => createHmac('sha256', pepper).update(secret).digest('hex');
    const named = (list: Logical[]) => list.map(({ marker }) => marker);
    const asked = new Set(named(logicalRequests));
    return {
      unacknowledged: named(
        logicalRequests.filter(({ answers, refusal }) => answers.length === 0 && !refusal),
      ),
      lost: named(told.filter(({ answers }) => answers.some(({ id }) => !byId.has(id)))),
      doubled: named(
        logicalRequests.filter((logical) => (times.get(logical.marker) ?? 0) > 1 || !areAlike(logical)),
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
      refused: logicalRequests.flatMap(({ refusal }) =>
        refusal && !/LIMIT_REACHED/.test(refusal) ? refusal : [],
      ),
      count: counts[0]?.n === rows.length ? [] : [`${counts[0]?.n} instead of ${rows.length}`],
    };
  } finally {
    await client.end();
  }
}

/** Tells whether all answers to a request were alike, including the pieces of answers that were cut. */
function areAlike({ answers, glimpses }: Logical): boolean {
  const [first] = answers;
  if (!first) return true;
  const seen = glimpses.flatMap((text) => text.match(/sa-[0-9a-f-]{36}|sa_secret_[0-9a-z]{38}/g) ?? []);
  return (
    answers.every(({ id, secret }) => id === first.id && secret === first.secret) &&
    seen.every((piece) => piece === first.id || piece === first.secret)
  );
}
