import { defineEntity, p } from '@mikro-orm/core';

/** An entry of the catalogue: what an account may be granted, as `resource:action`. */
export const PermissionSchema = defineEntity({
  name: 'Permission',
  tableName: 'permission',
  properties: {
    name: p.text().primary(),
    description: p.text(),
    /** New accounts get it unless their creator chooses otherwise. */
    isDefault: p.boolean(),
    /** Granted by a super_admin only. */
    restricted: p.boolean(),
  },
});

export class Permission extends PermissionSchema.class {}
PermissionSchema.setClass(Permission);
