import { isDeepStrictEqual } from 'node:util';
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { recordChange } from '../../platform/audit/insert-events.js';
import type { Context } from '../../platform/context.js';
import { run } from '../../platform/database/sql.js';
import { AppError, invalidField } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { Permission } from './permission.entity.js';
import { introspectionPermissions, permissionRules } from './permission.rules.js';
import { type PermissionFields, PermissionType } from './permission.type.js';

@InputType('SetPermissionInput', {
  description: 'The input for creating or replacing a permission. Omitted fields are set to their defaults.',
})
export class SetPermissionInput {
  @Field(() => String, {
    description:
      'The name of the permission, in the form `resource:action`. Each of the two parts starts with a letter and has 1 to 50 characters: lowercase letters, digits, hyphens or underscores.',
  })
  name!: string;

  @Field(() => String, {
    description: 'A description of what the permission allows, 1 to 255 characters.',
  })
  description!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether a new service account gets this permission if the request names no permissions. Defaults to false.',
  })
  isDefault!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether only a caller with the role `super_admin` can grant this permission. Cannot be true if `isDefault` is true. Must be true for `oauth:introspect_all`. Defaults to false.',
  })
  restricted!: boolean;
}

@ObjectType('SetPermissionPayload', { description: 'The result of creating or replacing a permission.' })
export class SetPermissionPayload {
  @Field(() => PermissionType, { description: 'The permission after the operation.' })
  permission!: PermissionType;
}

@Resolver()
export class SetPermission {
  @Mutation(() => SetPermissionPayload, {
    nullable: true,
    description:
      'Creates a permission in the permission catalog, or replaces an existing one. Service accounts that have the permission keep it. Requires the role `super_admin`.',
  })
  async setPermission(
    @Arg('input', () => SetPermissionInput, { description: 'The permission to create or replace.' })
    input: SetPermissionInput,
    @Ctx() context: Context,
  ): Promise<SetPermissionPayload> {
    checkInput(permissionRules, input);
    const { name, description, isDefault, restricted } = input;
    if (name === introspectionPermissions.allTenants && isDefault)
      throw invalidField('isDefault', `must be false for ${name}, because the permission must be restricted`);
    // If a default permission were restricted, a tenant_admin could not create an account without naming permissions.
    if (isDefault && restricted) throw invalidField('restricted', 'must be false if isDefault is true');
    if (name === introspectionPermissions.allTenants && !restricted)
      throw invalidField(
        'restricted',
        `must be true for ${name}, because the permission reaches all tenants`,
      );
    const permission = { name, description, isDefault, restricted };
    await context.query((root) => root.transactional((em) => set(em, permission, context)));
    return { permission };
  }
}

/**
 * Inserts a permission, or updates the existing permission with the same name. An update that changes nothing is not
 * recorded.
 * @throws AppError SERVICE_UNAVAILABLE if another request deletes the permission at the same time
 */
async function set(em: EntityManager, permission: PermissionFields, context: Context): Promise<void> {
  const { name, ...after } = permission;
  const { description, isDefault, restricted } = after;
  const created = await run(em, {
    text: `insert into permission (name, description, is_default, restricted) values ($1, $2, $3, $4)
     on conflict do nothing returning name`,
    values: [name, description, isDefault, restricted],
  });
  const before = created.length > 0 ? undefined : await change(em, permission);
  if (before && isDeepStrictEqual(before, after)) return;
  await recordChange(em, context, { action: 'permission.set', tenantId: null, target: name, before, after });
}

/** Updates a permission. @returns its fields before the update */
async function change(em: EntityManager, { name, ...fields }: PermissionFields) {
  const permission = await em.findOne(Permission, { name }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!permission) throw new AppError('SERVICE_UNAVAILABLE');
  const { description, isDefault, restricted } = permission;
  em.assign(permission, fields);
  return { description, isDefault, restricted };
}
