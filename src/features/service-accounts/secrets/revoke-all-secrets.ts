import type { Pool } from 'pg';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { actorOf } from '../../../platform/audit/insert-events.js';
import { type Context, tenantIdOf } from '../../../platform/context.js';
import type { KeyedLimiter } from '../../../platform/database/keyed-limiter.js';
import { type Database, longTransaction, run } from '../../../platform/database/sql.js';
import { AppError } from '../../../platform/errors.js';
import { tenantNotFoundError } from '../../tenants/tenant.rules.js';
import { lockAccountsSql, revokeAllSql } from './revoke-all-secrets.sql.js';

@InputType('RevokeAllServiceAccountSecretsInput', { description: 'Which secrets.' })
export class RevokeAllServiceAccountSecretsInput {
  @Field(() => Date, {
    nullable: true,
    description: 'Only those that were made before this time. Otherwise all.',
  })
  createdBefore?: Date | null;
}

@ObjectType('RevokeAllServiceAccountSecretsPayload', { description: 'What was revoked.' })
export class RevokeAllServiceAccountSecretsPayload {
  @Field(() => Int, { description: 'How many secrets were revoked.' })
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
      'For an emergency: ends all secrets of the tenant at once, for good, or those made before a time. For tenant_admin and super_admin.',
  })
  async revokeAllServiceAccountSecrets(
    @Arg('input', () => RevokeAllServiceAccountSecretsInput, {
      nullable: true,
      description: 'Which secrets. All, where it is left out.',
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
 * Revokes the secrets of the tenant. It locks the accounts' rows first and the tenant's row after them, as every
 * transaction that locks both does. No earlier secret stays live: a transaction that makes a secret locks the account,
 * so that one of the two waits for the other.
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
