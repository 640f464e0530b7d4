import { parseArgs } from 'node:util';
import { readConfig, readEnvironment } from '../config/config.js';
import { type Role, roles } from '../platform/auth/caller.js';
import { developmentTenant, developmentToken } from '../platform/auth/development.js';
import { isUuid } from '../platform/ids.js';
import { StartError } from '../platform/start-error.js';

const usage = `Usage: npm run --silent token -- [--role ${roles.join('|')}] [--tenant UUID]... [--minutes N]

Prints a token of the development realm. The defaults are tenant_admin, ${developmentTenant.id} and 15.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string', default: 'tenant_admin' },
      tenant: { type: 'string', multiple: true, default: [developmentTenant.id] },
      minutes: { type: 'string', default: '15' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(usage);
  const { role, tenant: tenants, minutes } = values;
  if (!roles.some((known) => known === role))
    throw new StartError(`--role: must be one of ${roles.join(', ')}`);
  if (!tenants.every(isUuid)) throw new StartError('--tenant: must be a UUID');
  if (!/^[1-9]\d{0,5}$/.test(minutes))
    throw new StartError('--minutes: must be a whole number from 1 to 999999');
  const { development } = readConfig(readEnvironment());
  if (!development) throw new StartError('Tokens are made here in development mode only');
  console.log(
    await developmentToken(development, { role: role as Role, tenants, lifetime: Number(minutes) * 60 }),
  );
}

main().catch((error) => {
  console.error(
    error instanceof StartError || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error,
  );
  process.exitCode = 1;
});
