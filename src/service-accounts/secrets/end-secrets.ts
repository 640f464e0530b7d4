import { raw } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { ServiceAccountSecret } from './service-account-secret.entity.js';

/** Revokes all secrets of an account that are not revoked yet. @param accountId as it is stored */
export async function endSecrets(em: EntityManager, accountId: string): Promise<void> {
  const all = { serviceAccount: accountId, revokedAt: null };
  await em.nativeUpdate(ServiceAccountSecret, all, { revokedAt: raw('now()') });
}
