import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { type Context, tenantIdOf } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import type { AppError } from '../../platform/errors.js';
import { publicIdSql } from '../../platform/ids.js';
import { nameTakenError } from './service-account.errors.js';

/** The maximum number of accounts that the log lists. */
const maxListed = 20;

/**
 * SQL for another account with the name of the account `one`. Each of the two sets of accounts has an index of their
 * names.
 */
const namesake = `(${namesakeIn('not name_exempt')}) union all (${namesakeIn('name_exempt')}) limit 1`;

function namesakeIn(set: string): string {
  return `
    select id, name from service_account
    where tenant_id = one.tenant_id and status <> 'deleted' and ${set} and id is distinct from one.id
      and service_account_name_key(name) = service_account_name_key(one.name)
    limit 1`;
}

const otherAccount = publicIdSql('ServiceAccount', 'other.id');

/**
 * Lists accounts whose names collided before names were compared without regard to case, beside one of the accounts
 * that they collide with. Every part reads a partial index, which is almost empty in most databases.
 */
const collisionsSql = `
  select one.tenant_id as tenant, ${publicIdSql('ServiceAccount', 'one.id')} as account, one.name,
    other.name as other, ${otherAccount} as "otherAccount",
    (count(*) over ())::integer as count
  from service_account one join lateral (${namesake}) other on true
  where one.status <> 'deleted' and one.name_exempt
  order by one.tenant_id, one.id
  limit ${maxListed}`;

/** Logs which accounts have names that no new account could have. The gateway starts even if the query fails. */
export async function logNameCollisions(pool: Pool, log: Logger): Promise<void> {
  const rows = await findCollisions(pool, log);
  if (rows.length === 0) return;
  const collisions = rows.map(({ count, ...collision }) => collision);
  log.warn(
    { count: rows[0]?.count, collisions },
    'Service accounts have names that differ only in case, compatibility forms or invisible characters; docs/upgrades.md says what to do',
  );
}

async function findCollisions(pool: Pool, log: Logger): Promise<{ count: number }[]> {
  try {
    return (await pool.query(collisionsSql)).rows;
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'Service accounts were not checked for colliding names');
    return [];
  }
}

/** Finds the account that has a name ($3), or, if that is null, the name of an account ($2). */
const namesakeSql = `
  select ${otherAccount} as id, other.name
  from (
    select $1::uuid as tenant_id, $2::uuid as id,
      coalesce($3, (select name from service_account where id = $2)) as name
  ) one join lateral (${namesake}) other on true`;

/**
 * Creates the error for a name that another account of the request's tenant has.
 * @param id of the account that should get the name, if it exists
 * @param name if undefined, the name that the account already has
 */
export async function findNameTaken(
  context: Context,
  { id = null, name = null }: { id?: string | null; name?: unknown },
): Promise<AppError> {
  const statement = { text: namesakeSql, values: [tenantIdOf(context), id, name] };
  const [other] = await context.query((em) => run<{ id: string; name: string }>(em, statement));
  return nameTakenError(other);
}
