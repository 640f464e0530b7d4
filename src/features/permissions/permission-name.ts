/** Whether a text could be the name of a permission: `resource:action`. */
export const isPermissionName = (name: string): boolean => /^[a-z0-9_-]{1,50}:[a-z0-9_-]{1,50}$/.test(name);
