import { Field, ID, ObjectType } from 'type-graphql';
import { NodeType } from '../../../platform/node.type.js';
import { AccountPayload } from '../payloads.js';
import type { SecretRow } from './service-account-secret.entity.js';

@ObjectType('ServiceAccountSecret', {
  implements: NodeType,
  description:
    'A secret of a service account, without its value. The value is returned only when the secret is created, and to a retry with the same idempotency key within 10 minutes.',
})
export class ServiceAccountSecretType extends NodeType {
  @Field(() => ID, { description: 'The ID of the secret: `secret-` followed by a UUID.' })
  override id!: string;

  @Field(() => String, { description: 'The last four characters of the secret, to help recognize it.' })
  hint!: string;

  @Field(() => Date, { description: 'The time when the secret was created.' })
  createdAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'The time when the secret expires or expired. Null if it does not expire.',
  })
  expiresAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'The time when the secret was revoked. Null if it was not revoked.',
  })
  revokedAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the account last authenticated with this secret, accurate to about a minute. Null if it never did.',
  })
  lastUsedAt!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether the secret is overdue: valid, but older than the `secretMaxAgeDays` of the tenant.',
  })
  overdue!: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Converts a stored secret to its GraphQL type.
 * @param maxAgeDays the age at which secrets become overdue; null if they never do
 */
export function toSecretType(secret: SecretRow, maxAgeDays: number | null): ServiceAccountSecretType {
  const { id, hint, createdAt, expiresAt = null, revokedAt = null, lastUsedAt = null } = secret;
  const now = Date.now();
  const isValid = revokedAt === null && (expiresAt === null || expiresAt.getTime() > now);
  return {
    id,
    hint,
    createdAt,
    expiresAt,
    revokedAt,
    lastUsedAt,
    overdue: isValid && maxAgeDays !== null && createdAt.getTime() + maxAgeDays * dayMs < now,
  };
}

/** The payload of an operation that creates a secret for an existing account. */
@ObjectType()
export abstract class NewSecretPayload extends AccountPayload {
  @Field(() => ServiceAccountSecretType, { description: 'The new secret, without its value.' })
  secret!: ServiceAccountSecretType;

  @Field(() => String, {
    description:
      'The client secret. Store it securely, because it cannot be retrieved later. Only a retry with the same idempotency key returns it again, within 10 minutes.',
  })
  clientSecret!: string;
}
