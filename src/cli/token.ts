import { parseArgs } from 'node:util';
import { readConfig, readEnvironment } from '../config/config.js';
import { type Role, roles } from '../platform/auth/caller.js';
import { developmentTenant, developmentToken } from '../platform/auth/development.js';
import { isUuid } from '../platform/ids.js';
import { StartError } from '../platform/start-error.js';

const usage = `Usage: npm run --silent token -- [--role ${roles.join('|')}] [--tenant UUID]... [--minutes N]

Prints an access token for the development mode of the gateway.

--role     The role of the caller. Defaults to tenant_admin.
--tenant   A tenant that the caller may act in. Repeat the option for several tenants.
           Defaults to ${developmentTenant.id}. A super_admin may act in all tenants.
--minutes  The lifetime of the token, 1 to 999999. Defaults to 15.`;

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
  if (!development)
    throw new StartError(
      'This command prints tokens of the development realm, which exists only if NODE_ENV is not production, HOST is a loopback address and REALMS_FILE is not set',
    );
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
