import type { Pool } from 'pg';
import { Arg, Ctx, Extensions, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { type Context, type Fetch, tenantIdOf } from '../../../platform/context.js';
import { prepared } from '../../../platform/database/sql.js';
import { invalidField } from '../../../platform/errors.js';
import { ServiceAccountType } from '../service-account.type.js';
import { hour, hourOf } from './token-counts.js';

/** One week. For a page of 100 accounts, the cost limit of a request allows the hours of one day. */
const maxHours = 168;

@ObjectType('TokensIssued', {
  description: 'The number of access tokens issued to a service account in one hour.',
})
class TokensIssuedType {
  @Field(() => Date, { description: 'The start of the hour.' })
  hour!: Date;

  @Field(() => Int, {
    description:
      'The number of access tokens issued in this hour. Access tokens of about the last ten seconds may be missing.',
  })
  count!: number;
}

type Row = TokensIssuedType & { accountId: string };

interface Key {
  accountId: string;
  hours: number;
}

/**
 * Selects the counts of accounts ($1) of a tenant ($2) since a time ($3). `is not distinct from` prevents PostgreSQL
 * from searching by the tenant first (secrets/live-secrets.ts).
 */
const findCounts = prepared<Row>(
  'find-token-counts',
  `select counted.service_account_id as "accountId", counted.hour, counted.count
   from service_account account join token_count counted on counted.service_account_id = account.id
   where account.id = any ($1::uuid[]) and account.tenant_id is not distinct from $2::uuid
     and counted.hour >= $3::timestamptz
   order by counted.hour desc`,
);

/** Returns the start of the first of a number of hours, of which the current hour is the last. */
const since = (hours: number): Date => new Date(hourOf(Date.now()) - (hours - 1) * hour);

/** The field `ServiceAccount.tokensIssued`. One statement reads it for all accounts of a page. */
@Resolver(() => ServiceAccountType)
export class TokensIssued {
  constructor(private readonly pool: Pool) {}

  @Extensions({ sized: { by: 'hours', max: maxHours } })
  // Nullable, because otherwise an invalid argument would null the whole response, which may contain a new secret.
  @FieldResolver(() => [TokensIssuedType], {
    nullable: true,
    description:
      'The number of access tokens issued to the account per hour, for the last `hours` hours, newest hour first. Hours without access tokens are omitted. A new access token is counted after about ten seconds.',
  })
  async tokensIssued(
    @Root() { id }: ServiceAccountType,
    @Arg('hours', () => Int, {
      defaultValue: 24,
      description: 'The number of hours to return, 1 to 168, including the current hour. Defaults to 24.',
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
