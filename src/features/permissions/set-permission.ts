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
    // Who creates an account and names no permissions would be refused otherwise.
    if (isDefault && restricted) throw invalidField('restricted', 'is not for a default permission');
    const wanted = { name, description, isDefault, restricted };
    await context.query((root) => root.transactional((em) => set(em, wanted, context)));
    return { permission: wanted };
  }
}

/** @throws AppError SERVICE_UNAVAILABLE when somebody else deletes it at this very moment */
async function set(em: EntityManager, wanted: PermissionFields, context: Context): Promise<void> {
  const { name, description, isDefault, restricted } = wanted;
  const created = await run(em, {
    text: `insert into permission (name, description, is_default, restricted) values ($1, $2, $3, $4)
     on conflict do nothing returning name`,
    values: [name, description, isDefault, restricted],
  });
  const before = created.length > 0 ? undefined : await change(em, wanted);
  const after = { description, isDefault, restricted };
  if (before && isSame(before, after)) return;
  await recordChange(em, context, { action: 'permission.set', tenantId: null, target: name, before, after });
}

/** @returns what it was */
async function change(em: EntityManager, { name, ...wanted }: PermissionFields) {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const found = await em.findOne(Permission, { name }, lock);
  if (!found) throw new AppError('SERVICE_UNAVAILABLE');
  const { description, isDefault, restricted } = found;
  em.assign(found, wanted);
  return { description, isDefault, restricted };
}

type Told = Omit<PermissionFields, 'name'>;
const isSame = (one: Told, other: Told) =>
  one.description === other.description &&
  one.isDefault === other.isDefault &&
  one.restricted === other.restricted;
