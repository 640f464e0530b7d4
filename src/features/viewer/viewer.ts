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
  description: 'What a token may carry to be of use here.',
  valuesConfig: {
    SUPER_ADMIN: { description: 'Acts in every tenant.' },
    TENANT_ADMIN: { description: 'Acts in the tenants that the token names.' },
    TENANT_VIEWER: { description: 'Reads in the tenants that the token names.' },
  },
});

@ObjectType('Viewer', { description: 'The caller, as its token tells.' })
export class ViewerType {
  @Field(() => String, { description: 'The realm that signed the token.' })
  realm!: string;

  @Field(() => ID, { description: 'The subject of the token (`sub`), unique within the realm.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The name, if the token has one.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address, if the token has one.' })
  email!: string | null;

  @Field(() => [ViewerRole], { description: 'The roles of the token that the realm may grant.' })
  roles!: ViewerRole[];

  @Field(() => Boolean, { description: 'Whether the caller acts in every tenant, as a super_admin does.' })
  everyTenant!: boolean;

  @Extensions({ cost: 10 })
  @Field(() => [String], { description: 'The queries and mutations that the caller may use.' })
  allowedOperations!: string[];
}

/** Returns the root fields that the shield map opens to a caller with these roles. */
export type AllowedOperations = (roles: readonly string[]) => string[];

@Resolver(() => ViewerType)
export class Viewer {
  constructor(private readonly allowedOperations: AllowedOperations) {}

  @Query(() => ViewerType, {
    nullable: true,
    description: 'Who is calling, in which tenants, and what it may do.',
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

  // The token, whose size is limited as a header, names the tenants, so that there are no more than a few hundred.
  @Extensions({ size: 400, cost: 100 })
  @FieldResolver(() => [TenantType], {
    description: 'The tenants that the token names, as far as they exist.',
  })
  async tenants(@Root() _viewer: ViewerType, @Ctx() context: Context): Promise<TenantType[]> {
    const ids = [...callerOf(context).tenants];
    const tenants = await context.query((em) =>
      em.find(Tenant, { id: ids }, { orderBy: { name: 'asc', id: 'asc' } }),
    );
    return tenants.map(toTenantType);
  }
}
