import type { Pool } from 'pg';
import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Context, type Fetch, tenantIdOf } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { ServiceAccountType } from '../service-account.type.js';
import { type KeyRow, ServiceAccountKey } from './service-account-key.entity.js';
import { ServiceAccountKeyType, toKeyType } from './service-account-key.type.js';
import { isLiveSql, keyColumns, maxKeys } from './stored-keys.js';

type Row = KeyRow & { accountId: string };

/**
 * Reads the keys of accounts that have not expired. `is not distinct from` compares the tenant in a way that no index
 * supports, because PostgreSQL would otherwise plan to search all accounts of the tenant (secrets/live-secrets.ts).
 */
export const liveKeysSql = `
   select ${keyColumns}, key.service_account_id as "accountId"
   from service_account account join service_account_key key on key.service_account_id = account.id
   where account.id = any ($1::uuid[]) and account.tenant_id is not distinct from $2::uuid and ${isLiveSql}
   order by key.created_at desc, key.id desc`;

const findLiveKeys = prepared<Row>('find-live-keys', liveKeysSql);

/** The field `ServiceAccount.keys`. One statement reads it for all accounts of a page. */
@Resolver(() => ServiceAccountType)
export class LiveKeys {
  constructor(private readonly pool: Pool) {}

  @Extensions({ size: maxKeys })
  @FieldResolver(() => [ServiceAccountKeyType], {
    description: 'The public keys of the account that have not expired, at most five, newest first.',
  })
  async keys(@Root() account: ServiceAccountType, @Ctx() context: Context): Promise<ServiceAccountKeyType[]> {
    const rows = await context.load(this.fetch, account.id);
    return rows.map(toKeyType);
  }

  private readonly fetch: Fetch<string, Row[]> = async (ids, context) => {
    const rows = await findLiveKeys(this.pool, [ids, tenantIdOf(context)]);
    const byAccount = new Map(ids.map((id): [string, Row[]] => [id, []]));
    for (const row of rows) byAccount.get(row.accountId)?.push(row);
    return ids.map((id) => byAccount.get(id) ?? []);
  };
}

/** Finds a key of the request's tenant, expired or not. @throws AppError NOT_FOUND */
export async function findKey(context: Context, id: string): Promise<ServiceAccountKeyType> {
  const where = { id, serviceAccount: { tenant: tenantIdOf(context) } };
  const key = await context.query((em) => em.findOne(ServiceAccountKey, where));
  if (!key) throw new AppError('NOT_FOUND', { message: 'The public key does not exist in this tenant' });
  return toKeyType(key);
}
