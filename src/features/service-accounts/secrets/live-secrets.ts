import type { Pool } from 'pg';
import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Context, type Fetch, tenantIdOf } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { ServiceAccountType } from '../service-account.type.js';
import { maxSecrets } from './issue-secrets.js';
import { type SecretRow, ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';
import { isLiveSql } from './stored-secrets.js';

type Row = SecretRow & { accountId: string };

/**
 * Reads the valid secrets of accounts. `is not distinct from` compares the tenant in a way that no index supports. With
 * `=`, PostgreSQL, which expects every tenant to have few accounts, would plan to search all accounts of the tenant.
 */
export const liveSecretsSql = `
   select
     secret.id, secret.service_account_id as "accountId", secret.hint, secret.created_at as "createdAt",
     secret.expires_at as "expiresAt", secret.revoked_at as "revokedAt", secret.last_used_at as "lastUsedAt"
   from service_account account join service_account_secret secret on secret.service_account_id = account.id
   where account.id = any ($1::uuid[]) and account.tenant_id is not distinct from $2::uuid and ${isLiveSql}
   order by secret.created_at desc, secret.id desc`;

const findLiveSecrets = prepared<Row>('find-live-secrets', liveSecretsSql);

/** The field `ServiceAccount.secrets`. One statement reads it for all accounts of a page. */
@Resolver(() => ServiceAccountType)
export class LiveSecrets {
  constructor(private readonly pool: Pool) {}

  @Extensions({ size: maxSecrets })
  @FieldResolver(() => [ServiceAccountSecretType], {
    description:
      'The valid secrets of the account, at most five, newest first. A valid secret is neither revoked nor expired.',
  })
  async secrets(
    @Root() account: ServiceAccountType,
    @Ctx() context: Context,
  ): Promise<ServiceAccountSecretType[]> {
    const rows = await context.load(this.fetch, account.id);
    return rows.map((row) => toSecretType(row, account.tenant.secretMaxAgeDays));
  }

  private readonly fetch: Fetch<string, Row[]> = async (ids, context) => {
    const rows = await findLiveSecrets(this.pool, [ids, tenantIdOf(context)]);
    const byAccount = new Map(ids.map((id): [string, Row[]] => [id, []]));
    for (const row of rows) byAccount.get(row.accountId)?.push(row);
    return ids.map((id) => byAccount.get(id) ?? []);
  };
}

/** Finds a secret of the request's tenant, valid or not. @throws AppError NOT_FOUND */
export async function findSecret(context: Context, id: string): Promise<ServiceAccountSecretType> {
  const where = { id, serviceAccount: { tenant: tenantIdOf(context) } };
  const secret = await context.query((em) =>
    em.findOne(ServiceAccountSecret, where, { populate: ['serviceAccount.tenant'] }),
  );
  if (!secret) throw new AppError('NOT_FOUND', { message: 'The secret does not exist in this tenant' });
  return toSecretType(secret, secret.serviceAccount.tenant.secretMaxAgeDays ?? null);
}
