import { type Context, tenantIdOf } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import type { AppError } from '../../platform/errors.js';
import { publicIdSql } from '../../platform/ids.js';
import { nameTakenError } from './service-account.errors.js';

/**
 * SQL for another account that has a name, in any spelling. Two sets of accounts each have an index of their names,
 * because names that collided in an earlier version are exempt.
 * @param one a row with the tenant, the ID and the name
 */
export const namesakeOf = (one: string): string =>
  `(${namesakeIn('not name_exempt', one)}) union all (${namesakeIn('name_exempt', one)}) limit 1`;

const namesakeIn = (set: string, one: string): string => `
  select id, name from service_account
  where tenant_id = ${one}.tenant_id and status <> 'deleted' and ${set} and id is distinct from ${one}.id
    and service_account_name_key(name) = service_account_name_key(${one}.name)
  limit 1`;

/** Finds the account that has a name ($3), or, if that is null, the name of an account ($2). */
const namesakeSql = `
  select ${publicIdSql('ServiceAccount', 'other.id')} as id, other.name
  from (
    select $1::uuid as tenant_id, $2::uuid as id,
      coalesce($3, (select name from service_account where id = $2)) as name
  ) one join lateral (${namesakeOf('one')}) other on true`;

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
