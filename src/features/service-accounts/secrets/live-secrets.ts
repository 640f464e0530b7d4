import type { Pool } from 'pg';
import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Context, type Fetch, tenantIdOf } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import { storedId } from '../../../platform/public-id.js';
import { ServiceAccountType } from '../service-account.type.js';
import { mostSecrets } from './add-secret.js';
import { isLive } from './live.sql.js';
import { type SecretFields, ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';

type Row = SecretFields & { accountId: string };

/**
 * The tenant is compared in a way that no index serves: the plan that PostgreSQL keeps for a prepared statement would
 * otherwise look for the accounts among all of the tenant's, of which it takes every tenant to have few.
 */
export const liveSecretsSql = `
   select
     secret.id, secret.service_account_id as "accountId", secret.hint, secret.created_at as "createdAt",
     secret.expires_at as "expiresAt", secret.revoked_at as "revokedAt", secret.last_used_at as "lastUsedAt"
   from service_account account join service_account_secret secret on secret.service_account_id = account.id
   where account.id = any ($1::uuid[]) and account.tenant_id is not distinct from $2::uuid and ${isLive}
   order by secret.created_at desc, secret.id desc`;

const findLiveSecrets = prepared<Row>('find-live-secrets', liveSecretsSql);

/** The secrets of accounts, wherever an account is shown: for all those of a page at once. */
@Resolver(() => ServiceAccountType)
export class LiveSecrets {
  constructor(private readonly pool: Pool) {}

  @Extensions({ size: mostSecrets })
  @FieldResolver(() => [ServiceAccountSecretType], {
    description: 'The secrets that let the account in, at most five, the newest first.',
  })
  async secrets(
    @Root() account: ServiceAccountType,
    @Ctx() context: Context,
  ): Promise<ServiceAccountSecretType[]> {
    const rows = await context.load(this.fetch, storedId('sa', account.id));
    return rows.map((row) => toSecretType(row, account.tenant.secretMaxAgeDays));
  }

  private readonly fetch: Fetch<string, Row[]> = async (ids, context) => {
    const rows = await findLiveSecrets(this.pool, [ids, tenantIdOf(context)]);
    const byAccount = new Map(ids.map((id): [string, Row[]] => [id, []]));
    for (const row of rows) byAccount.get(row.accountId)?.push(row);
    return ids.map((id) => byAccount.get(id) ?? []);
  };
}
