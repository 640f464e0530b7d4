import { z } from 'zod';
import { line } from '../../platform/input-rules.js';

const part = '[a-z][a-z0-9_-]{0,49}';

/** The rules for a permission in the permission catalog. A check constraint of the table also checks the name. */
export const permissionRules = z.object({
  name: z
    .string()
    .regex(
      new RegExp(`^${part}:${part}$`),
      'must have the form resource:action, such as invoices:read; each part starts with a letter and has up to 50 characters of a-z, 0-9, dash and underscore',
    ),
  description: line(1, 255),
});

/** The permissions that the gateway itself looks for. APIs look for all others. */
export const introspectionPermissions = { ownTenant: 'oauth:introspect', allTenants: 'oauth:introspect_all' };

/** Returns whether a text can be the name of a permission. This check is less strict than the rule for a new name. */
export const isPermissionName = (name: string): boolean => /^[a-z0-9_-]{1,50}:[a-z0-9_-]{1,50}$/.test(name);
