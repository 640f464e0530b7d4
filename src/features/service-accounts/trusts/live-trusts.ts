import type { Pool } from 'pg';
import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Context, type Fetch, tenantIdOf } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { ServiceAccountType } from '../service-account.type.js';
import { ServiceAccountTrust, type TrustRow } from './service-account-trust.entity.js';
import { ServiceAccountTrustType, toTrustType } from './service-account-trust.type.js';
import { isLiveSql, maxTrusts, trustColumns } from './stored-trusts.js';

type Row = TrustRow & { accountId: string };

/**
 * Reads the trusts of accounts that have not expired. `is not distinct from` compares the tenant in a way that no index
 * supports, because PostgreSQL would otherwise plan to search all accounts of the tenant (secrets/live-secrets.ts).
 */
export const liveTrustsSql = `
   select ${trustColumns}, trust.service_account_id as "accountId"
   from service_account account join service_account_trust trust on trust.service_account_id = account.id
   where account.id = any ($1::uuid[]) and account.tenant_id is not distinct from $2::uuid and ${isLiveSql}
   order by trust.created_at desc, trust.id desc`;

const findLiveTrusts = prepared<Row>('find-live-trusts', liveTrustsSql);

/** The field `ServiceAccount.trusts`. One statement reads it for all accounts of a page. */
@Resolver(() => ServiceAccountType)
export class LiveTrusts {
  constructor(private readonly pool: Pool) {}

  @Extensions({ size: maxTrusts })
  @FieldResolver(() => [ServiceAccountTrustType], {
    description: 'The trusts of the account that have not expired, at most 20, newest first.',
  })
  async trusts(
    @Root() account: ServiceAccountType,
    @Ctx() context: Context,
  ): Promise<ServiceAccountTrustType[]> {
    const rows = await context.load(this.fetch, account.id);
    return rows.map(toTrustType);
  }

  private readonly fetch: Fetch<string, Row[]> = async (ids, context) => {
    const rows = await findLiveTrusts(this.pool, [ids, tenantIdOf(context)]);
    const byAccount = new Map(ids.map((id): [string, Row[]] => [id, []]));
    for (const row of rows) byAccount.get(row.accountId)?.push(row);
    return ids.map((id) => byAccount.get(id) ?? []);
  };
}

/** Finds a trust of the request's tenant, expired or not. @throws AppError NOT_FOUND */
export async function findTrust(context: Context, id: string): Promise<ServiceAccountTrustType> {
  const where = { id, serviceAccount: { tenant: tenantIdOf(context) } };
  const trust = await context.query((em) => em.findOne(ServiceAccountTrust, where));
  if (!trust) throw new AppError('NOT_FOUND', { message: 'The trust does not exist in this tenant' });
  return toTrustType(trust);
}
