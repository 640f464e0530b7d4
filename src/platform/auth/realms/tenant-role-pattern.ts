/** The part of a pattern that stands for a tenant. */
export const placeholder = '{tenant}';

/**
 * Returns the tenant in a value that matches a pattern such as `/tenants/{tenant}/admins`. The placeholder stands for
 * one or more characters. If a separator such as a slash follows it, the tenant cannot contain this separator: otherwise
 * a value such as `/tenants/acme/guests/admins` could name a tenant that its author chose. UUIDs contain hyphens.
 */
export function tenantIn(value: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern.split(placeholder);
  if (!value.startsWith(before) || !value.endsWith(after)) return undefined;
  const tenant = value.slice(before.length, value.length - after.length);
  const [separator] = /^[^\w.-]/.exec(after) ?? [];
  return tenant && !(separator && tenant.includes(separator)) ? tenant : undefined;
}

/** Returns whether a text is a pattern: it contains the placeholder exactly once. */
export const isTenantRolePattern = (text: string): boolean => text.split(placeholder).length === 2;
