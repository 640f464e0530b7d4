import { Field, ObjectType } from 'type-graphql';
import { NodeType } from '../../../platform/node.type.js';
import { AccountPayload } from '../payloads.js';
import type { SecretRow } from './service-account-secret.entity.js';

@ObjectType('ServiceAccountSecret', {
  implements: NodeType,
  description: 'One of the secrets of a service account, without the secret itself: that is not kept.',
})
export class ServiceAccountSecretType extends NodeType {
  @Field(() => String, { description: "The secret's last four characters, to tell it by." })
  hint!: string;

  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ends by itself, or has ended.' })
  expiresAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was revoked.' })
  revokedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was last used to sign in.' })
  lastUsedAt!: Date | null;

  @Field(() => Boolean, {
    description: "Whether it lives, and is older than the tenant's `secretMaxAgeDays`.",
  })
  overdue!: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Turns a stored secret into its GraphQL type.
 * @param maxAgeDays the age of overdue secrets; null if none is overdue
 */
export function toSecretType(secret: SecretRow, maxAgeDays: number | null): ServiceAccountSecretType {
  const { id, hint, createdAt, expiresAt = null, revokedAt = null, lastUsedAt = null } = secret;
  const now = Date.now();
  const isLive = revokedAt === null && (expiresAt === null || expiresAt.getTime() > now);
  return {
    id,
    hint,
    createdAt,
    expiresAt,
    revokedAt,
    lastUsedAt,
    overdue: isLive && maxAgeDays !== null && createdAt.getTime() + maxAgeDays * dayMs < now,
  };
}

/** The payload of an operation that makes a secret for an existing account. */
@ObjectType()
export abstract class NewSecretPayload extends AccountPayload {
  @Field(() => ServiceAccountSecretType, { description: 'What is kept of the new secret.' })
  secret!: ServiceAccountSecretType;

  @Field(() => String, { description: 'The secret. It is shown here, this once, and cannot be read again.' })
  clientSecret!: string;
}
