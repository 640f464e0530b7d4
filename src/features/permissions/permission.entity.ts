import { defineEntity, p } from '@mikro-orm/core';

/** A permission in the permission catalog. Its name has the form `resource:action`. */
const PermissionSchema = defineEntity({
  name: 'Permission',
  tableName: 'permission',
  properties: {
    name: p.text().primary(),
    description: p.text(),
    /** Whether a new account gets the permission if the request names no permissions. */
    isDefault: p.boolean(),
    /** Whether only a super_admin can grant the permission. */
    restricted: p.boolean(),
  },
});

export class Permission extends PermissionSchema.class {}
PermissionSchema.setClass(Permission);
