import { Field, ObjectType } from 'type-graphql';
import { NodeType } from '../../../platform/node.type.js';
import type { ServiceAccountSecret } from './service-account-secret.entity.js';

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

export type SecretFields = Pick<
  ServiceAccountSecret,
  'id' | 'hint' | 'createdAt' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'
>;

const day = 24 * 60 * 60 * 1000;

/** @param maxAgeDays of the tenant; null for no such limit */
export function toSecretType(secret: SecretFields, maxAgeDays: number | null): ServiceAccountSecretType {
  const { id, hint, createdAt, expiresAt = null, revokedAt = null, lastUsedAt = null } = secret;
  const now = Date.now();
  const isLive = revokedAt === null && (expiresAt === null || expiresAt.getTime() > now);
  return {
    id: `secret-${id}`,
    hint,
    createdAt,
    expiresAt,
    revokedAt,
    lastUsedAt,
    overdue: isLive && maxAgeDays !== null && createdAt.getTime() + maxAgeDays * day < now,
  };
}
