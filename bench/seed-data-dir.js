import { developmentTenant } from '../dist/src/platform/auth/development.js';
import { showProgress } from './progress.js';
import { seedDatabase } from './seed-database.js';

/**
 * Adds accounts to the embedded database of a gateway that is yet to start: one tenant for a hundred of them, and a
 * tenth to that of development mode.
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
