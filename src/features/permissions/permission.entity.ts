import { defineEntity, p } from '@mikro-orm/core';

/** A permission in the permission catalog, `resource:action`. */
const PermissionSchema = defineEntity({
  name: 'Permission',
  tableName: 'permission',
  properties: {
    name: p.text().primary(),
    description: p.text(),
    /** Tells whether new accounts get the permission if their creator names none. */
    isDefault: p.boolean(),
    /** Tells whether only a super_admin may grant the permission. */
    restricted: p.boolean(),
  },
});

export class Permission extends PermissionSchema.class {}
PermissionSchema.setClass(Permission);
