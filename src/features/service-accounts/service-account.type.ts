import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType } from '../../platform/node.type.js';
import { TenantType } from '../tenants/tenant.type.js';
import { addShown, typeFields } from './graphql-fields.js';
import type { ServiceAccountRow } from './service-account.entity.js';

export enum ServiceAccountKind {
  SERVICE_ACCOUNT = 'service_account',
}

registerEnumType(ServiceAccountKind, {
  name: 'ServiceAccountKind',
  description: 'The kind of account.',
  valuesConfig: { SERVICE_ACCOUNT: { description: 'An account for a machine, not for a person.' } },
});

export enum ServiceAccountStatus {
  ACTIVE = 'active',
  DISABLED = 'disabled',
  DELETED = 'deleted',
}

registerEnumType(ServiceAccountStatus, {
  name: 'ServiceAccountStatus',
  description: 'Where an account is in its life. Being expired is not a status: see `expired`.',
  valuesConfig: {
    ACTIVE: { description: 'The account can sign in.' },
    DISABLED: { description: 'The account cannot sign in until it is enabled again.' },
    DELETED: { description: 'The account is gone. It can be restored for 30 days.' },
  },
});

@ObjectType('Creator', { description: 'Who made something, as their token told it at that time.' })
export class CreatorType {
  @Field(() => String, { description: 'The realm that signed the token.' })
  realm!: string;

  @Field(() => ID, { description: 'The subject of the token (`sub`), unique within the realm.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The name, if the token had one.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address, if the token had one.' })
  email!: string | null;
}

/** The GraphQL type of an account. The fields that administrators set come from the table in fields.ts. */
@ObjectType('ServiceAccount', {
  implements: NodeType,
  description: 'An identity for a machine, which signs in with a client id and a secret.',
})
export class ServiceAccountType extends typeFields() implements NodeType {
  id!: string;

  @Field(() => String, { description: 'The OAuth 2.0 client id. It is never given to another account.' })
  clientId!: string;

  @Field(() => ServiceAccountKind, { description: 'The kind of account.' })
  type!: ServiceAccountKind;

  @Field(() => ServiceAccountStatus, { description: 'Where the account is in its life.' })
  status!: ServiceAccountStatus;

  @Field(() => Date, { description: 'When the account was created.' })
  createdAt!: Date;

  @Field(() => CreatorType, { description: 'Who created the account.' })
  createdBy!: CreatorType;

  @Field(() => Date, { description: 'When the account was last changed.' })
  updatedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When the account last signed in.' })
  lastUsedAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the account was deleted. It is removed for good 30 days later.',
  })
  deletedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether `expiresAt` has passed.' })
  expired!: boolean;

  @Field(() => Int, { description: 'Raised by each change of the account; its secrets are their own.' })
  version!: number;

  @Field(() => TenantType, { description: 'The tenant that the account belongs to.' })
  tenant!: TenantType;
}

export function toServiceAccountType(account: ServiceAccountRow, tenant: TenantType): ServiceAccountType {
  const others = {
    id: account.id,
    clientId: account.clientId,
    type: ServiceAccountKind.SERVICE_ACCOUNT,
    status: account.status as ServiceAccountStatus,
    createdAt: account.createdAt,
    createdBy: {
      realm: account.createdByRealm,
      id: account.createdById,
      name: account.createdByName ?? null,
      email: account.createdByEmail ?? null,
    },
    updatedAt: account.updatedAt,
    lastUsedAt: account.lastUsedAt ?? null,
    deletedAt: account.deletedAt ?? null,
    expired: account.expiresAt != null && account.expiresAt <= new Date(),
    version: account.version,
    tenant,
  };
  return addShown(others, account);
}
