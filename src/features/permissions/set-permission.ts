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
import { permissionRules } from './permission.rules.js';
import { type PermissionFields, PermissionType } from './permission.type.js';

@InputType('SetPermissionInput', { description: 'An entry of the catalogue, all of it.' })
export class SetPermissionInput {
  @Field(() => String, {
    description:
      'The name: `resource:action`, each up to 50 characters of a-z, 0-9, dash and underscore, first a letter.',
  })
  name!: string;

  @Field(() => String, { description: 'What it allows, for people. 1 to 255 characters.' })
  description!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether new accounts get it when nobody says what they get.',
  })
  isDefault!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether only a super_admin may grant it. Not for one that every new account gets.',
  })
  restricted!: boolean;
}

@ObjectType('SetPermissionPayload', { description: 'The permission after the change.' })
export class SetPermissionPayload {
  @Field(() => PermissionType, { description: 'The permission.' })
  permission!: PermissionType;
}

@Resolver()
export class SetPermission {
  @Mutation(() => SetPermissionPayload, {
    nullable: true,
    description:
      'Adds a permission to the catalogue, or replaces what is told of it. Accounts keep what they have. For super_admin.',
  })
  async setPermission(
    @Arg('input', () => SetPermissionInput, { description: 'The permission.' }) input: SetPermissionInput,
    @Ctx() context: Context,
  ): Promise<SetPermissionPayload> {
    checkInput(permissionRules, input);
    const { name, description, isDefault, restricted } = input;
    // Otherwise a tenant_admin who creates an account without naming permissions would be refused.
    if (isDefault && restricted) throw invalidField('restricted', 'must be false if isDefault is true');
    const permission = { name, description, isDefault, restricted };
    await context.query((root) => root.transactional((em) => set(em, permission, context)));
    return { permission };
  }
}

/**
 * Inserts a permission, or changes the one that has its name. A change that changes nothing is not recorded.
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

/** Changes a permission. @returns its fields before the change */
async function change(em: EntityManager, { name, ...fields }: PermissionFields) {
  const permission = await em.findOne(Permission, { name }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!permission) throw new AppError('SERVICE_UNAVAILABLE');
  const { description, isDefault, restricted } = permission;
  em.assign(permission, fields);
  return { description, isDefault, restricted };
}
