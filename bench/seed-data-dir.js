import { developmentTenant } from '../dist/src/platform/auth/development.js';
import { showProgress } from './progress.js';
import { seedDatabase } from './seed-database.js';

/**
 * Adds accounts to the embedded database of a gateway that has not started yet. By default it creates a tenant for each
 * hundred accounts. The tenant of development mode gets a tenth of all accounts.
 * @param {string} dataDir @param {number} accounts @param {AbortSignal} signal @param {number} [tenants]
 */
export async function seedDataDir(dataDir, accounts, signal, tenants = Math.ceil(accounts / 100)) {
  const progress = showProgress(accounts, 'accounts');
  const wanted = {
    accounts,
    tenants,
    firstTenant: developmentTenant,
    pepperVersion: 'v1',
  };
  await seedDatabase({ databaseUrl: undefined, dataDir }, wanted, progress.add, signal).finally(
    progress.stop,
  );
}
