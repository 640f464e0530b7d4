import type { Pool } from 'pg';
import type { Pepper } from './pepper.js';
import { CreateServiceAccount } from './service-accounts/create-service-account.js';
import { ReadServiceAccount } from './service-accounts/read-service-account.js';
import { CreateTenant } from './tenants/create-tenant.js';
import { ReadTenant } from './tenants/read-tenant.js';
import { type AllowedOperations, Viewer } from './viewer/viewer.js';

export interface ResolverDependencies {
  pool: Pool;
  peppers: readonly Pepper[];
  serviceAccountLimit: number;
  allowedOperations: AllowedOperations;
}

/** Every operation with what it needs. */
export const createResolvers = (needs: ResolverDependencies): object[] => [
  new CreateServiceAccount(needs.pool, needs.peppers),
  new ReadServiceAccount(),
  new CreateTenant(needs.serviceAccountLimit),
  new ReadTenant(),
  new Viewer(needs.allowedOperations),
];
