import { defineEntity, p } from '@mikro-orm/core';

/** An entry of the catalogue of permissions, `resource:action`. */
const PermissionSchema = defineEntity({
  name: 'Permission',
  tableName: 'permission',
  properties: {
    name: p.text().primary(),
    description: p.text(),
    /** Whether new accounts get the permission when their creator names none. */
    isDefault: p.boolean(),
    /** Whether only a super_admin may grant the permission. */
    restricted: p.boolean(),
  },
});

export class Permission extends PermissionSchema.class {}
PermissionSchema.setClass(Permission);
