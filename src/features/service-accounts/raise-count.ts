import { run } from '../../platform/database/sql.js';
import type { LockedAccounts } from './locked-account.js';

type Row = Pick<LockedAccounts['tenant'], 'serviceAccountCount' | 'serviceAccountLimit'>;

const counts =
  'service_account_count as "serviceAccountCount", service_account_limit as "serviceAccountLimit"';

/** Locks the tenant's row, and reads its limit and count as they are then. */
export async function lockCount({ em, tenant }: LockedAccounts): Promise<void> {
  const text = `select ${counts} from tenant where id = $1 for update`;
  Object.assign(tenant, ...(await run<Row>(em, { text: text, values: [tenant.id] })));
}

/** Changes how many accounts the tenant has. @param by negative for fewer */
export async function raiseCount({ em, tenant }: LockedAccounts, by: number): Promise<void> {
  const text = `
    update tenant set service_account_count = service_account_count + $2 where id = $1 returning ${counts}`;
  Object.assign(tenant, ...(await run<Row>(em, { text: text, values: [tenant.id, by] })));
}
