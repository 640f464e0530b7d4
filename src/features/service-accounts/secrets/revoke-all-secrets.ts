import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../platform/audit/insert-events.js';
import { type Context, tenantIdOf } from '../../../platform/context.js';
import type { KeyedLimiter } from '../../../platform/database/keyed-limiter.js';
import { type Database, longTransaction, run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { tenantNotFoundError } from '../../tenants/tenant.rules.js';
import { lockAccountsSql, revokeAllSql } from './revoke-all-secrets.sql.js';

@InputType('RevokeAllServiceAccountSecretsInput', {
  description: 'The input for revoking all secrets in a tenant.',
})
export class RevokeAllServiceAccountSecretsInput {
  @Field(() => Date, {
    nullable: true,
    description:
      'Revokes only secrets that were created before this time. If null or omitted, all secrets are revoked.',
  })
  createdBefore?: Date | null;
}

@ObjectType('RevokeAllServiceAccountSecretsPayload', {
  description: 'The result of revoking all secrets in a tenant.',
})
export class RevokeAllServiceAccountSecretsPayload {
  @Field(() => Int, {
    description:
      'The number of secrets that were revoked. This includes expired secrets whose access tokens may still be active.',
  })
  count!: number;
}

@Resolver()
export class RevokeAllServiceAccountSecrets {
  constructor(
    private readonly pool: Pool,
    private readonly tenantLimiter: KeyedLimiter,
  ) {}

  @Mutation(() => RevokeAllServiceAccountSecretsPayload, {
    nullable: true,
    description:
      'Revokes all secrets in a tenant, immediately and permanently. The `x-tenantid` header names the tenant. Token introspection reports access tokens that were obtained with these secrets as inactive. With `createdBefore`, only secrets created before that time are revoked. Public keys and trusts remain: remove them one by one. This operation is for emergencies, such as leaked secrets. Requires the role `tenant_admin` or `super_admin`.',
  })
  async revokeAllServiceAccountSecrets(
    @Arg('input', () => RevokeAllServiceAccountSecretsInput, {
      nullable: true,
      description: 'The secrets to revoke. Defaults to all secrets in the tenant.',
    })
    input: RevokeAllServiceAccountSecretsInput | null,
    @Ctx() context: Context,
  ): Promise<RevokeAllServiceAccountSecretsPayload> {
    const before = input?.createdBefore ?? null;
    const work = (tx: Database) => revokeAll(tx, before, context);
    const count = await context.inTurn(() =>
      this.tenantLimiter.run(tenantIdOf(context), () => longTransaction(this.pool, work)),
    );
    return { count };
  }
}

/**
 * Revokes the secrets of the tenant. It locks the rows of the accounts first and the tenant's row second, as every
 * transaction that locks both does. No secret that existed before remains valid: a transaction that creates a secret
 * locks the account, so one of the two transactions waits for the other.
 */
async function revokeAll(tx: Database, before: Date | null, context: Context): Promise<number> {
  const tenantId = tenantIdOf(context);
  await run(tx, { text: lockAccountsSql, values: [tenantId, before] });
  const [tenant] = await run<{ status: string }>(tx, {
    text: 'select status from tenant where id = $1 for update',
    values: [tenantId],
  });
  if (!tenant) throw tenantNotFoundError();
  if (tenant.status === 'suspended') throw new AppError('TENANT_SUSPENDED');
  const values = [tenantId, before, JSON.stringify(actorOf(context))];
  const [revoked] = await run<{ count: number }>(tx, { text: revokeAllSql, values });
  return revoked?.count ?? 0;
}
