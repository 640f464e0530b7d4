import { developmentTenant } from '../dist/src/platform/auth/development.js';
import { showProgress } from './progress.js';
import { seedDatabase } from './seed-database.js';

/**
 * Adds accounts to the embedded database of a gateway that has not started yet. It creates a tenant for each hundred
 * accounts, and the tenant of development mode gets a tenth of all accounts.
 * @param {string} dataDir @param {number} accounts @param {AbortSignal} signal
 */
export async function seedDataDir(dataDir, accounts, signal) {
  const progress = showProgress(accounts, 'accounts');
  const wanted = {
    accounts,
    tenants: Math.ceil(accounts / 100),
    firstTenant: developmentTenant,
    pepperVersion: 'v1',
  };
  await seedDatabase({ databaseUrl: undefined, dataDir }, wanted, progress.add, signal).finally(
    progress.stop,
  );
}
