// Fills the database that the gateway would use with made-up accounts: `npm run seed -- --accounts 1000000`. Without
// `--tenants 500` there is a tenant for each hundred accounts. One tenant has a tenth of the accounts; in development
// mode it is the tenant of that mode. Each further run adds more. The embedded database must not be in use.
import { randomUUID } from 'node:crypto';
import { readConfig, readEnvironment } from '../dist/src/config/config.js';
import { developmentTenant } from '../dist/src/platform/auth/development.js';
import { StartError } from '../dist/src/platform/start-error.js';
import { runInterruptibly } from './interrupt.js';
import { readOptions } from './options.js';
import { showProgress } from './progress.js';
import { seedDatabase } from './seed-database.js';

const { accounts, tenants = Math.ceil(accounts / 100) } = readOptions({
  accounts: { default: 10_000, max: 10_000_000 },
  tenants: { max: 1_000_000 },
});

await runInterruptibly(async (signal) => {
  try {
    await seed(signal);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
});

/** @param {AbortSignal} signal */
async function seed(signal) {
  const environment = readEnvironment();
  if (environment.NODE_ENV === 'production')
    throw new StartError(
      'NODE_ENV: is production. Test accounts must not be created in a production database.',
    );
  const { databaseUrl, dataDir, peppers, development } = readConfig(environment);
  const firstTenant = development ? developmentTenant : { id: randomUUID(), name: 'Large customer' };
  const pepperVersion = peppers.at(-1)?.version ?? '';
  const begin = performance.now();
  const progress = showProgress(accounts, 'accounts');
  try {
    const wanted = { accounts, tenants, firstTenant, pepperVersion };
    await seedDatabase({ databaseUrl, dataDir }, wanted, progress.add, signal);
  } finally {
    progress.stop();
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(
    `Created ${accounts} accounts in ${tenants} tenants in ${seconds} s. The largest tenant is ${firstTenant.id}.`,
  );
}
