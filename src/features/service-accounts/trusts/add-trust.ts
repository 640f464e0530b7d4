import type { Pool } from 'pg';
import { Arg, Ctx, Extensions, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { WorkloadTokens } from '../../../platform/auth/workload/verify-workload-token.js';
import type { WorkloadIssuer } from '../../../platform/auth/workload/workload-issuer.js';
import type { Context } from '../../../platform/context.js';
import type { Pepper } from '../../../platform/crypto.js';
import { invalidField } from '../../../platform/errors.js';
import {
  idempotencyKeyOptions,
  idempotent,
  noLongerValid,
} from '../../../platform/idempotency/idempotent.js';
import { restoreDates } from '../../../platform/idempotency/stored-response.js';
import { checkInput } from '../../../platform/input-rules.js';
import { withAccount } from '../locked-accounts.js';
import { AccountInput } from '../payloads.js';
import { insertTrust } from './insert-trust.js';
import { maxClaims, TrustedClaimInput, TrustPayload } from './service-account-trust.type.js';
import { sortedClaims, trustRules } from './trust-rules.js';

@InputType('AddServiceAccountTrustInput', {
  description: 'The input for adding a trust to a service account.',
})
export class AddServiceAccountTrustInput extends AccountInput {
  @Field(() => String, {
    description: 'The name of an issuer, as the query `workloadIssuers` lists it. It is not a URL.',
  })
  issuer!: string;

  @Field(() => String, {
    description:
      'The subject of the workload: the `sub` claim of its tokens, exactly, 1 to 1024 characters, such as `repo:octo-org/octo-repo:environment:production` or `system:serviceaccount:default:builder`. Wildcards are not supported.',
  })
  subject!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The audience of the tokens: the only value of their `aud` claim, exactly, 1 to 255 characters. Defaults to the issuer of the access tokens of this gateway, so that no other service can use a token that was meant for this gateway, or the other way around.',
  })
  audience?: string | null;

  @Extensions({ size: maxClaims })
  @Field(() => [TrustedClaimInput], {
    nullable: true,
    description:
      'Further claims that the tokens must have, at most five, each name once. They narrow a subject that several workloads share.',
  })
  claims?: TrustedClaimInput[] | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the trust expires. Must be in the future. If null or omitted, the trust does not expire.',
  })
  expiresAt?: Date | null;
}

@ObjectType('AddServiceAccountTrustPayload', {
  description: 'The result of adding a trust to a service account.',
})
export class AddServiceAccountTrustPayload extends TrustPayload {}

@Resolver()
export class AddServiceAccountTrust {
  /** @param defaultAudience the audience of a trust that names none */
  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
    private readonly tokens: Pick<WorkloadTokens, 'issuers'>,
    private readonly defaultAudience: string,
  ) {}

  @Mutation(() => AddServiceAccountTrustPayload, {
    nullable: true,
    description:
      'Adds a trust to a service account: a workload that has a token of an outside issuer, such as GitHub Actions or Kubernetes, then gets access tokens without a secret. It presents its token as `client_assertion` (RFC 7523) or as `subject_token` of a token exchange (RFC 8693). The query `testServiceAccountTrust` tells whether a token fits. Fails with `CONFLICT` if the account already has this trust, or 20 trusts that have not expired. Requires the role `tenant_admin` or `super_admin`.',
  })
  addServiceAccountTrust(
    @Arg('input', () => AddServiceAccountTrustInput, {
      description: 'The service account, what the token of the workload must contain, and the expiry.',
    })
    input: AddServiceAccountTrustInput,
    @Arg('idempotencyKey', () => String, idempotencyKeyOptions)
    idempotencyKey: string | null,
    @Ctx() context: Context,
  ): Promise<AddServiceAccountTrustPayload> {
    const { id, subject, expiresAt = null } = input;
    const audience = input.audience ?? this.defaultAudience;
    const claims = sortedClaims(input.claims ?? []);
    return idempotent(this.pool, this.peppers, context, idempotencyKey, {
      name: 'service_account.add_trust',
      input: { id, issuer: input.issuer, subject, audience, claims, expiresAt },
      run: async (store) => {
        checkInput(trustRules, input);
        const { name, issuer } = this.requireIssuer(input.issuer);
        const trust = { name, issuer, subject, audience, claims, expiresAt };
        return withAccount(context, id, (locked) => insertTrust(locked, trust, store, context));
      },
      restore: (json) => fromJson(json as AddServiceAccountTrustPayload),
      ended: () => noLongerValid('trust', 'add it again'),
    });
  }

  /** @throws AppError BAD_USER_INPUT */
  private requireIssuer(name: string): WorkloadIssuer {
    const { issuers } = this.tokens;
    const issuer = issuers.find((one) => one.name === name);
    if (issuer) return issuer;
    const known = issuers.map((one) => one.name).join(', ');
    throw invalidField(
      'issuer',
      known
        ? `must be the name of an issuer that the operator of the gateway trusts: ${known}`
        : 'cannot be used, because the operator of the gateway trusts no issuers of workloads (WORKLOAD_ISSUERS_FILE)',
    );
  }
}

/** Creates the payload from a stored response. */
const fromJson = ({
  serviceAccount,
  trust,
}: AddServiceAccountTrustPayload): AddServiceAccountTrustPayload => ({
  serviceAccount: { ...restoreDates(serviceAccount), tenant: restoreDates(serviceAccount.tenant) },
  trust: restoreDates(trust),
});
