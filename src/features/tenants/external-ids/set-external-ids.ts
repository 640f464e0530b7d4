import type { Snapshot } from '../../../platform/audit/differences.js';
import { type Database, run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { withLowerUuid } from '../../../platform/ids.js';
import type { TenantExternalIdInput, TenantExternalIdType } from './external-id.type.js';
import { findExternalIds } from './external-ids.js';

/** The external IDs of a tenant, as the audit log shows them. */
interface ExternalIdsSnapshot extends Snapshot {
  externalIds: TenantExternalIdType[];
}

/**
 * Adds external IDs to a tenant ($1), and returns the external IDs that another tenant has. If another transaction is
 * adding or removing one of them, the statement waits for its end. All transactions add in the same order, and remove
 * only afterward, so they do not wait for each other in a circle.
 */
const addSql = `
  with given as (
    select * from unnest($2::text[], $3::text[]) as given (realm, id)
  ),
  added as (
    insert into tenant_external_id (realm, external_id, tenant_id)
    select realm, id, $1 from given order by realm collate "C", id collate "C"
    on conflict do nothing returning realm, external_id
  )
  select realm, id from given
  except select realm, external_id from added
  except select realm, external_id from tenant_external_id where tenant_id = $1`;

const removeOthersSql = `
  delete from tenant_external_id where tenant_id = $1
    and (realm, external_id) not in (select * from unnest($2::text[], $3::text[]))`;

/**
 * Replaces the external IDs of a tenant, whose row the transaction has inserted or locked.
 * @returns the external IDs before and after the change
 * @throws AppError CONFLICT if another tenant has one of them
 */
export async function setExternalIds(
  on: Database,
  tenantId: string,
  list: readonly TenantExternalIdInput[],
): Promise<{ before: ExternalIdsSnapshot; after: ExternalIdsSnapshot }> {
  const read = async () => ({ externalIds: (await findExternalIds(on, [tenantId])).flat() });
  const values = [tenantId, list.map(({ realm }) => realm), list.map(({ id }) => withLowerUuid(id))];
  const before = await read();
  const taken = await run<TenantExternalIdType>(on, { text: addSql, values });
  const index = list.findIndex(({ realm, id }) =>
    taken.some((one) => one.realm === realm && one.id === withLowerUuid(id)),
  );
  const conflict = list[index];
  if (conflict) throw takenError(index, conflict);
  await run(on, { text: removeOthersSql, values });
  return { before, after: await read() };
}

function takenError(index: number, { realm, id }: TenantExternalIdInput): AppError {
  const field = `externalIds.${index}.id`;
  return new AppError('CONFLICT', {
    message: `${field}: another tenant has the external ID ${JSON.stringify(id)} in the realm ${realm}`,
    details: { field },
  });
}
