import type { EntityManager } from '@mikro-orm/postgresql';
import { Tenant } from './tenant.entity.js';

/** Creates the tenant of development mode unless it exists. Does not change an existing tenant. */
export async function ensureTenant(
  em: EntityManager,
  tenant: { id: string; name: string; serviceAccountLimit: number },
): Promise<void> {
  await em.upsert(
    Tenant,
    { status: 'active', serviceAccountCount: 0, automaticNameNumber: 0, createdAt: new Date(), ...tenant },
    { onConflictAction: 'ignore' },
  );
}
