import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { publicIdSql } from '../../platform/ids.js';
import { namesakeOf } from './namesake.js';

/** The maximum number of accounts that the log lists. */
const maxListed = 20;

/**
 * Lists accounts whose names collided before names were compared without regard to case, beside one of the accounts
 * that they collide with. Every part reads a partial index, which is almost empty in most databases.
 */
const collisionsSql = `
  select one.tenant_id as tenant, ${publicIdSql('ServiceAccount', 'one.id')} as account, one.name,
    other.name as other, ${publicIdSql('ServiceAccount', 'other.id')} as "otherAccount",
    (count(*) over ())::integer as count
  from service_account one join lateral (${namesakeOf('one')}) other on true
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
