import { type Access, access } from './access.js';

/** Whether a root field acts in the tenant of the x-tenantid header. One without a line in the table is denied. */
export function isInTenant(kind: 'query' | 'mutation', field: string): boolean {
  const lines: Record<string, Access> = kind === 'mutation' ? access.Mutation : access.Query;
  return lines[field]?.scope === 'tenant';
}
