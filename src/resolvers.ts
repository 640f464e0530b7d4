import type { Pool } from 'pg';
import type { Lanes } from './database/lanes.js';
import type { Pepper } from './pepper.js';
import { CreateServiceAccount } from './service-accounts/create/create-service-account.js';
import { ReadServiceAccount } from './service-accounts/read-service-account.js';
import { CreateTenant } from './tenants/create-tenant.js';
import { ReadTenant } from './tenants/read-tenant.js';
import { type AllowedOperations, Viewer } from './viewer/viewer.js';

export interface ResolverDependencies {
  pool: Pool;
  /** For what locks the row of a tenant, by the tenant's id. */
  tenantLanes: Lanes;
  peppers: readonly Pepper[];
  serviceAccountLimit: number;
  allowedOperations: AllowedOperations;
}

/** Every operation with what it needs. */
export const createResolvers = (needs: ResolverDependencies): object[] => [
  new CreateServiceAccount(needs.pool, needs.tenantLanes, needs.peppers),
  new ReadServiceAccount(),
  new CreateTenant(needs.serviceAccountLimit),
  new ReadTenant(),
  new Viewer(needs.allowedOperations),
];
