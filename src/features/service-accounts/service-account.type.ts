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
  description: 'The kind of a service account. Currently, there is only one kind.',
  valuesConfig: {
    SERVICE_ACCOUNT: { description: 'A service account: an account for a machine, not for a person.' },
  },
});

export enum ServiceAccountStatus {
  ACTIVE = 'active',
  DISABLED = 'disabled',
  DELETED = 'deleted',
}

registerEnumType(ServiceAccountStatus, {
  name: 'ServiceAccountStatus',
  description:
    'The status of a service account. An expired account keeps its status, and its field `expired` is true.',
  valuesConfig: {
    ACTIVE: {
      description: 'The account can get access tokens, unless it has expired or its tenant is suspended.',
    },
    DISABLED: { description: 'The account gets no access tokens until it is enabled again.' },
    DELETED: { description: 'The account is deleted. It can be restored within 30 days of its deletion.' },
  },
});

@ObjectType('Creator', {
  description:
    'The administrator that created a service account. The name and the email address are those at the time of the creation.',
})
export class CreatorType {
  @Field(() => String, {
    description: 'The name of the realm: the identity provider that issued the access token of the creator.',
  })
  realm!: string;

  @Field(() => ID, {
    description: 'The subject (`sub` claim) of the access token of the creator, unique within the realm.',
  })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the creator. Null if it is unknown or was erased.',
  })
  name!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The email address of the creator. Null if it is unknown or was erased.',
  })
  email!: string | null;
}

/** The GraphQL type of an account. The fields that administrators can set come from the table in fields.ts. */
@ObjectType('ServiceAccount', {
  implements: NodeType,
  description:
    'A service account: the identity of a machine. The machine gets access tokens with the client ID and a secret of the account, with an assertion that it signs for one of its public keys, or with a token that an issuer which the account trusts has signed.',
})
export class ServiceAccountType extends typeFields() implements NodeType {
  @Field(() => ID, { description: 'The ID of the service account: `sa-` followed by a UUID.' })
  id!: string;

  @Field(() => String, {
    description:
      'The OAuth 2.0 client ID of the account, such as `sa_client_0123456789ab`. It is never used for another account.',
  })
  clientId!: string;

  @Field(() => ServiceAccountKind, { description: 'The kind of the account.' })
  type!: ServiceAccountKind;

  @Field(() => ServiceAccountStatus, {
    description: 'The status of the account: active, disabled or deleted.',
  })
  status!: ServiceAccountStatus;

  @Field(() => Date, { description: 'The time when the account was created.' })
  createdAt!: Date;

  @Field(() => CreatorType, { description: 'The administrator that created the account.' })
  createdBy!: CreatorType;

  @Field(() => Date, {
    description:
      'The time when the account was last changed. Changes to its secrets, keys and trusts do not count.',
  })
  updatedAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the account last authenticated, to get, introspect or revoke an access token, accurate to about a minute. Null if it never authenticated.',
  })
  lastUsedAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the account was deleted. The account is removed permanently 30 days later. Null if the account is not deleted.',
  })
  deletedAt!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether the account has expired, that is, whether `expiresAt` has passed.',
  })
  expired!: boolean;

  @Field(() => Int, {
    description:
      'The version of the account. It increases by 1 with each change to the account. Changes to its secrets, keys and trusts do not count.',
  })
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
