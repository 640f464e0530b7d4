import type { Pool } from 'pg';
import { Arg, Ctx, Extensions, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { type Context, type Fetch, tenantIdOf } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import { invalidField } from '../../../platform/errors.js';
import { ServiceAccountType } from '../service-account.type.js';
import { hour, hourOf } from './token-counts.js';

/** A week. A page of 100 accounts can have the hours of a day within the cost limit of a request. */
const maxHours = 168;

@ObjectType('TokensIssued', { description: 'How many access tokens an account was issued within an hour.' })
class TokensIssuedType {
  @Field(() => Date, { description: 'When the hour began, in UTC.' })
  hour!: Date;

  @Field(() => Int, { description: 'How many. The last seconds may be missing.' })
  count!: number;
}

type Row = TokensIssuedType & { accountId: string };

interface Key {
  accountId: string;
  hours: number;
}

/**
 * Selects the counts of accounts ($1) of a tenant ($2) since a time ($3). `is not distinct from` keeps PostgreSQL from
 * searching by the tenant first, for the reason that secrets/live-secrets.ts gives.
 */
const findCounts = prepared<Row>(
  'find-token-counts',
  `select counted.service_account_id as "accountId", counted.hour, counted.count
   from service_account account join token_count counted on counted.service_account_id = account.id
   where account.id = any ($1::uuid[]) and account.tenant_id is not distinct from $2::uuid
     and counted.hour >= $3::timestamptz
   order by counted.hour desc`,
);

/** Returns when the first of so many hours began. The current hour is one of them. */
const since = (hours: number): Date => new Date(hourOf(Date.now()) - (hours - 1) * hour);

/** Resolves how many tokens an account was issued, by one statement for all accounts of a page. */
@Resolver(() => ServiceAccountType)
export class TokensIssued {
  constructor(private readonly pool: Pool) {}

  @Extensions({ sized: { by: 'hours', max: maxHours } })
  // It is nullable: with `!` a wrong number of hours would null the whole answer, and a new secret in it would be lost.
  @FieldResolver(() => [TokensIssuedType], {
    nullable: true,
    description:
      'How many access tokens the account was issued in the last hours, the newest first, without those in which there were none. Known for 90 days, and by about ten seconds late.',
  })
  async tokensIssued(
    @Root() { id }: ServiceAccountType,
    @Arg('hours', () => Int, {
      defaultValue: 24,
      description: 'How many hours, 1 to 168, with the one that is not over yet.',
    })
    hours: number,
    @Ctx() context: Context,
  ): Promise<TokensIssuedType[]> {
    if (hours < 1 || hours > maxHours) throw invalidField('hours', `must be from 1 to ${maxHours}`);
    return context.load(this.fetch, { accountId: id, hours });
  }

  private readonly fetch: Fetch<Key, Row[]> = async (keys, context) => {
    const ids = [...new Set(keys.map(({ accountId }) => accountId))];
    const hours = Math.max(...keys.map((key) => key.hours));
    const rows = await findCounts(this.pool, [ids, tenantIdOf(context), since(hours)]);
    const byAccount = new Map(ids.map((id): [string, Row[]] => [id, []]));
    for (const row of rows) byAccount.get(row.accountId)?.push(row);
    return keys.map((key) => {
      const from = since(key.hours);
      return (byAccount.get(key.accountId) ?? []).filter((row) => row.hour >= from);
    });
  };
}
