import { Field, ObjectType } from 'type-graphql';
import type { Permission } from './permission.entity.js';

@ObjectType('Permission', {
  description:
    'A permission in the permission catalog. Administrators grant permissions to service accounts.',
})
export class PermissionType {
  @Field(() => String, {
    description: 'The name of the permission, in the form `resource:action`. Wildcards are not supported.',
  })
  name!: string;

  @Field(() => String, { description: 'A description of what the permission allows.' })
  description!: string;

  @Field(() => Boolean, {
    description: 'Whether a new service account gets this permission if the request names no permissions.',
  })
  isDefault!: boolean;

  @Field(() => Boolean, {
    description: 'Whether only a caller with the role `super_admin` can grant this permission.',
  })
  restricted!: boolean;
}

export type PermissionFields = Pick<Permission, keyof PermissionType>;
