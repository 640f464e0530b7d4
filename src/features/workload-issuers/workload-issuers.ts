import { Extensions, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { WorkloadTokens } from '../../platform/auth/workload/verify-workload-token.js';

/** The number of issuers that the cost of a request assumes. */
const assumedIssuers = 20;

@ObjectType('WorkloadIssuer', {
  description: 'An outside issuer of tokens for workloads that the operator of the gateway has named.',
})
class WorkloadIssuerType {
  @Field(() => String, { description: 'The name of the issuer, which `addServiceAccountTrust` uses.' })
  name!: string;

  @Field(() => String, { description: 'The issuer: the `iss` claim of its tokens.' })
  issuer!: string;

  @Field(() => Int, {
    description: 'The number of seconds for which a token is accepted after it was issued (its `iat` claim).',
  })
  maxTokenAgeSeconds!: number;

  @Field(() => Boolean, { description: 'Whether each token of the issuer is accepted only once.' })
  singleUse!: boolean;
}

@Resolver()
export class WorkloadIssuers {
  constructor(private readonly tokens: Pick<WorkloadTokens, 'issuers'>) {}

  @Extensions({ size: assumedIssuers })
  @Query(() => [WorkloadIssuerType], {
    nullable: true,
    description:
      'Returns the outside issuers of tokens for workloads, in the order of the configuration. Empty if the operator has named none. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  workloadIssuers(): WorkloadIssuerType[] {
    return this.tokens.issuers.map(({ name, issuer, maxTokenAge, singleUse }) => ({
      name,
      issuer,
      maxTokenAgeSeconds: maxTokenAge,
      singleUse,
    }));
  }
}
