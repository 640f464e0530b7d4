import {
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import { type Context, callerOf } from '../../platform/context.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { TenantType, toTenantType } from '../tenants/tenant.type.js';

export enum ViewerRole {
  SUPER_ADMIN = 'super_admin',
  TENANT_ADMIN = 'tenant_admin',
  TENANT_VIEWER = 'tenant_viewer',
}

registerEnumType(ViewerRole, {
  name: 'Role',
  description: 'A role of a caller. The roles come from the access token of the caller.',
  valuesConfig: {
    SUPER_ADMIN: {
      description: 'The role of an administrator of all tenants. Allows every operation in every tenant.',
    },
    TENANT_ADMIN: {
      description:
        'The role of an administrator of the tenants that the access token names. Allows reading and changing their service accounts and secrets, and reading their audit logs.',
    },
    TENANT_VIEWER: {
      description:
        'The role of a reader of the tenants that the access token names. Allows reading their service accounts, the secrets without their values, and the audit logs. Allows no changes.',
    },
  },
});

@ObjectType('Viewer', { description: 'The caller: the identity in the access token of the request.' })
export class ViewerType {
  @Field(() => String, {
    description: 'The name of the realm: the identity provider that issued the access token.',
  })
  realm!: string;

  @Field(() => ID, {
    description:
      'The ID of the caller: the subject (`sub` claim) of the access token, unique within the realm.',
  })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the caller. Null if the access token contains none.',
  })
  name!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The email address of the caller. Null if the access token contains none.',
  })
  email!: string | null;

  @Field(() => [ViewerRole], {
    description:
      'The roles in the access token, as far as the configuration of the gateway allows the realm to grant them.',
  })
  roles!: ViewerRole[];

  @Field(() => Boolean, {
    description: 'Whether the caller can act in every tenant. True if the caller has the role `super_admin`.',
  })
  everyTenant!: boolean;

  @Extensions({ cost: 10 })
  @Field(() => [String], {
    description: 'The names of the queries and mutations that the roles of the caller allow.',
  })
  allowedOperations!: string[];
}

/** Returns the root fields that the shield map allows for a caller with these roles. */
export type AllowedOperations = (roles: readonly string[]) => string[];

@Resolver(() => ViewerType)
export class Viewer {
  constructor(private readonly allowedOperations: AllowedOperations) {}

  @Query(() => ViewerType, {
    nullable: true,
    description:
      'Returns the caller, with its roles, its tenants and its allowed operations. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  viewer(@Ctx() context: Context): ViewerType {
    const { realm, id, name, email, roles } = callerOf(context);
    return {
      realm,
      id,
      name,
      email,
      roles: roles as ViewerRole[],
      everyTenant: roles.includes('super_admin'),
      allowedOperations: this.allowedOperations(roles),
    };
  }

  // The access token names the tenants. It is part of a header, whose size is limited, so it names at most a few
  // hundred.
  @Extensions({ size: 400, cost: 100 })
  @FieldResolver(() => [TenantType], {
    description:
      'The tenants that the access token names, ordered by name. Tenants that do not exist are omitted.',
  })
  async tenants(@Root() _viewer: ViewerType, @Ctx() context: Context): Promise<TenantType[]> {
    const ids = [...callerOf(context).tenants];
    const tenants = await context.query((em) =>
      em.find(Tenant, { id: ids }, { orderBy: { name: 'asc', id: 'asc' } }),
    );
    return tenants.map(toTenantType);
  }
}
