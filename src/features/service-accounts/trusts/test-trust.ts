import type { Pool } from 'pg';
import { Arg, Ctx, Extensions, Field, InputType, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import {
  type WorkloadToken,
  WorkloadTokenFault,
  type WorkloadTokens,
} from '../../../platform/auth/workload/verify-workload-token.js';
import type { Context } from '../../../platform/context.js';
import { checkInput } from '../../../platform/input-rules.js';
import { AccountInput } from '../payloads.js';
import { findAccount } from '../read-service-account.js';
import { judgeToken } from '../sign-in/accept-trust.js';
import type { Credential } from '../sign-in/credential.js';
import { createTrustFinder, type FindTrusts } from '../sign-in/find-trusts.js';
import type { RejectionReason } from '../sign-in/refusals.js';
import { createUsedWorkloadTokens, type UsedWorkloadTokens } from '../sign-in/use-workload-token.js';
import { type Description, describeRejection } from './describe-rejection.js';
import { findTrust } from './live-trusts.js';
import type { StoredTrust } from './match-trust.js';
import { ServiceAccountTrustType } from './service-account-trust.type.js';

/** The maximum length of a form at the token endpoint, in which the workload sends its token. */
const maxToken = 16 * 1024;

@InputType('TestServiceAccountTrustInput', { description: 'The input for testing the token of a workload.' })
export class TestServiceAccountTrustInput extends AccountInput {
  @Field(() => String, {
    description:
      'The token of the workload: a JWT of up to 16,384 characters. It is a credential, so the request must be a POST. The gateway neither stores nor logs it.',
  })
  token!: string;
}

const tokenFault = `must be a JWT of at most ${maxToken} characters`;
const rules = z.object({ token: z.string('must not be null').min(1, tokenFault).max(maxToken, tokenFault) });

@ObjectType('ServiceAccountTrustTest', {
  description: 'The result of testing the token of a workload. A test has no side effects.',
})
export class ServiceAccountTrustTestType {
  @Field(() => Boolean, { description: 'Whether the token would authenticate the account.' })
  accepted!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The reason why the token would be rejected, as the audit log names it, such as `wrong_subject`. Null if the token is accepted.',
  })
  reason!: string | null;

  @Field(() => String, { description: 'A human-readable description of the result.' })
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the trust requires where the token has something else. Null if nothing was compared.',
  })
  expected!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What the token has instead. Null if nothing was compared, or if the token has no such claim.',
  })
  actual!: string | null;

  @Field(() => ServiceAccountTrustType, {
    nullable: true,
    description:
      'The trust that accepts the token, or that comes closest to it. Null if the account has no trust in the issuer of the token.',
  })
  trust!: ServiceAccountTrustType | null;
}

/** What a test finds, and the trust to show. */
interface Finding extends Description {
  reason?: string;
  trust?: StoredTrust | undefined;
}

@Resolver()
export class TestServiceAccountTrust {
  private readonly findTrusts: FindTrusts;
  private readonly used: UsedWorkloadTokens;

  constructor(
    pool: Pool,
    private readonly tokens: WorkloadTokens,
  ) {
    this.findTrusts = createTrustFinder(pool);
    this.used = createUsedWorkloadTokens(pool);
  }

  @Extensions({ postOnly: true })
  @Query(() => ServiceAccountTrustTestType, {
    nullable: true,
    description:
      'Tests whether the token of a workload would authenticate a service account through one of its trusts, and if not, says why. The test neither uses the token up nor issues an access token, and it is not recorded. Requires the role `tenant_admin` or `super_admin`.',
  })
  async testServiceAccountTrust(
    @Arg('input', () => TestServiceAccountTrustInput, { description: 'The service account and the token.' })
    input: TestServiceAccountTrustInput,
    @Ctx() context: Context,
  ): Promise<ServiceAccountTrustTestType> {
    checkInput(rules, input);
    const { clientId } = await findAccount(context, { id: input.id });
    const {
      reason = null,
      message,
      expected = null,
      actual = null,
      trust,
    } = await this.find(clientId, input.token);
    const shown = trust ? await findTrust(context, trust.id) : null;
    return { accepted: reason === null, reason, message, expected, actual, trust: shown };
  }

  private async find(clientId: string, text: string): Promise<Finding> {
    try {
      return await this.judge(clientId, await this.tokens.verify(text));
    } catch (error) {
      if (!(error instanceof WorkloadTokenFault)) throw error;
      return { reason: error.reason, message: sentence(error.message) };
    }
  }

  private async judge(clientId: string, token: WorkloadToken): Promise<Finding> {
    const account = await this.findTrusts({ clientId, issuer: token.issuer.issuer });
    const { result, trust } = judgeToken(account, token);
    const reason =
      typeof result === 'string' ? result : (result.rejectedBecause ?? (await this.replayed(token)));
    if (reason === null) return { message: acceptedFrom((result as Credential).ipAllowlist), trust };
    return { reason, trust, ...describeRejection(reason, trust, token) };
  }

  private async replayed(token: WorkloadToken): Promise<RejectionReason | null> {
    return token.issuer.singleUse && (await this.used.isUsed(token)) ? 'assertion_replayed' : null;
  }
}

/** Returns the message for a token that is accepted. The address of a workload is known only when it signs in. */
const acceptedFrom = (ipAllowlist: readonly string[] | null): string =>
  `The token would authenticate the account${ipAllowlist ? ', if it came from an address in the IP allowlist of the account' : ''}.`;

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/\.?$/, '.');
