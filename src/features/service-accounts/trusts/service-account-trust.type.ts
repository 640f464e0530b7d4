import { Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { NodeType } from '../../../platform/node.type.js';
import { AccountPayload } from '../payloads.js';
import type { TrustRow } from './service-account-trust.entity.js';

/** The maximum number of claims of a trust. */
export const maxClaims = 5;

const nameOfClaim =
  'The name of the claim, such as `repository_owner_id`, or a JSON Pointer to a claim inside another one (RFC 6901), such as `/kubernetes.io/namespace`.';

@InputType('TrustedClaimInput', { description: 'A claim that the token of a workload must have.' })
export class TrustedClaimInput {
  @Field(() => String, { description: `${nameOfClaim} Up to 255 characters.` })
  name!: string;

  @Field(() => String, {
    description:
      'The value that the claim must have exactly, up to 255 characters. A number, `true` or `false` in the token is compared as its JSON text. A number beyond 9007199254740991 equals nothing, because it may have been rounded.',
  })
  value!: string;
}

@ObjectType('TrustedClaim', { description: 'A claim that the token of a workload must have.' })
export class TrustedClaimType {
  @Field(() => String, { description: nameOfClaim })
  name!: string;

  @Field(() => String, { description: 'The value that the claim must have exactly.' })
  value!: string;
}

@ObjectType('ServiceAccountTrust', {
  implements: NodeType,
  description:
    'A workload that may authenticate as a service account, without a secret and without a key: it presents a token that an outside issuer, such as GitHub Actions or Kubernetes, has signed for it.',
})
export class ServiceAccountTrustType extends NodeType {
  @Field(() => ID, { description: 'The ID of the trust: `trust-` followed by a UUID.' })
  override id!: string;

  @Field(() => String, {
    description:
      'The name that the operator of the gateway had given to the issuer when the trust was added.',
  })
  issuerName!: string;

  @Field(() => String, { description: 'The issuer of the token, which must be its `iss` claim exactly.' })
  issuer!: string;

  @Field(() => String, { description: 'The subject of the token, which must be its `sub` claim exactly.' })
  subject!: string;

  @Field(() => String, {
    description: 'The audience of the token, which must be the only value of its `aud` claim.',
  })
  audience!: string;

  @Extensions({ size: maxClaims })
  @Field(() => [TrustedClaimType], {
    description: 'The further claims that the token must have, at most five.',
  })
  claims!: TrustedClaimType[];

  @Field(() => Date, { description: 'The time when the trust was added.' })
  createdAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'The time when the trust expires or expired. Null if it does not expire.',
  })
  expiresAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the account last authenticated through this trust, accurate to about a minute. Null if it never did.',
  })
  lastUsedAt!: Date | null;
}

/** Converts a stored trust to its GraphQL type. */
export const toTrustType = (trust: TrustRow): ServiceAccountTrustType => ({
  id: trust.id,
  issuerName: trust.issuerName,
  issuer: trust.issuer,
  subject: trust.subject,
  audience: trust.audience,
  claims: trust.claims,
  createdAt: trust.createdAt,
  expiresAt: trust.expiresAt ?? null,
  lastUsedAt: trust.lastUsedAt ?? null,
});

/** The payload of an operation on a trust of an account. */
@ObjectType()
export abstract class TrustPayload extends AccountPayload {
  @Field(() => ServiceAccountTrustType, { description: 'The trust that was added or removed.' })
  trust!: ServiceAccountTrustType;
}
