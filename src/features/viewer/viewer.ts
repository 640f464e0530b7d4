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
import { isSuperAdmin, type Role, rolesAnywhere } from '../../platform/auth/caller.js';
import { type Context, callerOf } from '../../platform/context.js';
import { once } from '../../platform/once.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { TenantType, toTenantType } from '../tenants/tenant.type.js';

export enum ViewerRole {
  SUPER_ADMIN = 'super_admin',
  TENANT_ADMIN = 'tenant_admin',
  TENANT_VIEWER = 'tenant_viewer',
}

registerEnumType(ViewerRole, {
  name: 'Role',
  description:
    'A role of a caller. The roles come from the access token of the caller, as its realm maps them.',
  valuesConfig: {
    SUPER_ADMIN: {
      description: 'The role of an administrator of all tenants. Allows every operation in every tenant.',
    },
    TENANT_ADMIN: {
      description:
        'The role of an administrator of a tenant. Allows reading and changing its service accounts and secrets, and reading its audit log.',
    },
    TENANT_VIEWER: {
      description:
        'The role of a reader of a tenant. Allows reading its service accounts, the secrets without their values, and the audit log. Allows no changes.',
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

  @Field(() => Boolean, {
    description: 'Whether the caller can act in every tenant. True if the caller has the role `super_admin`.',
  })
  everyTenant!: boolean;

  /** Reads the tenants in which the caller has a role. */
  held!: () => Promise<HeldRoles[]>;
}

/** The roles of the caller in a tenant. */
interface HeldRoles {
  tenant: TenantType;
  roles: readonly Role[];
}

@ObjectType('ViewerTenantRoles', { description: 'The roles of the caller in a tenant.' })
export class ViewerTenantRolesType {
  @Field(() => TenantType, { description: 'The tenant.' })
  tenant!: TenantType;

  @Field(() => [ViewerRole], {
    description: 'The roles of the caller in this tenant.',
  })
  roles!: ViewerRole[];

  @Extensions({ cost: 10 })
  @Field(() => [String], {
    description: 'The names of the queries and mutations that the caller can use in this tenant.',
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
      'Returns the caller, with its roles, its tenants and its allowed operations. Requires a valid access token, and no role.',
  })
  viewer(@Ctx() context: Context): ViewerType {
    const caller = callerOf(context);
    const { realm, id, name, email } = caller;
    const held = once(() => readTenants(context));
    return { realm, id, name, email, everyTenant: isSuperAdmin(caller), held };
  }

  @FieldResolver(() => [ViewerRole], {
    description:
      'The roles of the caller, in all of its tenants together. `tenantRoles` says which roles the caller has in which tenant. Empty if the access token gives the caller no role in any tenant.',
  })
  async roles(@Root() _viewer: ViewerType, @Ctx() context: Context): Promise<ViewerRole[]> {
    return (await rolesAnywhere(callerOf(context))) as ViewerRole[];
  }

  @Extensions({ cost: 10 })
  @FieldResolver(() => [String], {
    name: 'allowedOperations',
    description: 'The names of the queries and mutations that the caller can use, at least in one tenant.',
  })
  async operations(@Root() _viewer: ViewerType, @Ctx() context: Context): Promise<string[]> {
    return this.allowedOperations(await rolesAnywhere(callerOf(context)));
  }

  // The access token names the tenants. It is part of a header, whose size is limited, so it usually names at most a few
  // hundred.
  @Extensions({ size: 400, cost: 100 })
  @FieldResolver(() => [TenantType], {
    description:
      'The tenants that the access token names and in which the caller has a role, ordered by name. Tenants that do not exist are omitted.',
  })
  async tenants(@Root() { held }: ViewerType): Promise<TenantType[]> {
    return (await held()).map(({ tenant }) => tenant);
  }

  @Extensions({ size: 400, cost: 100 })
  @FieldResolver(() => [ViewerTenantRolesType], {
    description: 'The roles of the caller in each of these tenants, ordered by the name of the tenant.',
  })
  async tenantRoles(@Root() { held }: ViewerType): Promise<ViewerTenantRolesType[]> {
    return (await held()).map(({ tenant, roles }) => ({
      tenant,
      roles: roles as ViewerRole[],
      allowedOperations: this.allowedOperations(roles),
    }));
  }
}

/** Reads the tenants in which the caller has a role. A caller without a role must not learn their names. */
async function readTenants(context: Context): Promise<HeldRoles[]> {
  const held = [...(await callerOf(context).tenantRoles())].filter(([, roles]) => roles.length > 0);
  const rolesIn = new Map(held);
  const tenants = await context.query((em) =>
    em.find(Tenant, { id: [...rolesIn.keys()] }, { orderBy: { name: 'asc', id: 'asc' } }),
  );
  return tenants.map((tenant) => ({ tenant: toTenantType(tenant), roles: rolesIn.get(tenant.id) ?? [] }));
}
