import type { EntityManager } from '@mikro-orm/postgresql';
import { runStatement } from '../../database/statement.js';
import { isLive } from './live.sql.js';

/** Revokes all live secrets of an account. @param accountId as it is stored @returns their public ids */
export async function endSecrets(em: EntityManager, accountId: string): Promise<string[]> {
  const rows = await runStatement<{ id: string }>(
    em,
    `update service_account_secret secret set revoked_at = statement_timestamp()
     where service_account_id = $1 and ${isLive} returning 'secret-' || id as id`,
    [accountId],
  );
  return rows.map(({ id }) => id);
}
