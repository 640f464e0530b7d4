import { Field, ObjectType } from 'type-graphql';
import type { Permission } from './permission.entity.js';

@ObjectType('Permission', {
  description: 'An entry of the catalogue: what a service account may be granted.',
})
export class PermissionType {
  @Field(() => String, { description: 'The name, `resource:action`. There are no wildcards.' })
  name!: string;

  @Field(() => String, { description: 'What it allows, for people.' })
  description!: string;

  @Field(() => Boolean, { description: 'Whether new accounts get it when nobody says what they get.' })
  isDefault!: boolean;

  @Field(() => Boolean, { description: 'Whether only a super_admin may grant it.' })
  restricted!: boolean;
}

export type PermissionFields = Pick<Permission, keyof PermissionType>;
