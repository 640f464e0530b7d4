import { text as readText } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Pool } from 'pg';
import { allowedOperations } from '../api/graphql/rules.js';
import { type Config, readConfig, readEnvironment } from '../config/config.js';
import { createFindTenants } from '../features/tenants/named-tenants.js';
import { issuerOf, localUrl } from '../platform/auth/access-token-settings.js';
import { namesIn, tenantOf, tenantRolesOf } from '../platform/auth/resolve-caller.js';
import { whyUnavailable } from '../platform/database/database-errors.js';
import { poolClientClass } from '../platform/database/pool-client.js';
import { servingTimeouts } from '../platform/database/timeouts.js';
import { isUuid } from '../platform/ids.js';
import { StartError } from '../platform/start-error.js';
import { type Examination, examine } from './check-token/examine.js';
import { lackOf, type TenantReport } from './check-token/lack.js';
import { report } from './check-token/report.js';
import { connectToGateways } from './gateway-database.js';

const usage = `Usage: npm run --silent check-token -- [--realm NAME] [TOKEN]

Explains what the gateway makes of an access token of an identity provider: which realm, key and claims it finds, which
roles and tenants count and why others do not, and what the caller may do. It prints claims, but not the token.

TOKEN    The access token. Without it, the command reads the token from standard input, which keeps the token out of the
         list of processes and out of the history of the shell.
--realm  The value of the realmname header. By default, the issuer of the token determines the realm.

The command ends with exit code 0 if the token allows the caller anything, and with 1 otherwise.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { realm: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(usage);
  if (positionals.length > 1) throw new StartError('Give one token, in one argument or on standard input');
  const [given = process.stdin.isTTY ? '' : await readText(process.stdin)] = positionals;
  const token = given.trim().replace(/^bearer +/i, '');
  if (!token) throw new StartError(`No token was given.\n\n${usage}`);

  const config = readConfig(readEnvironment());
  const { realms, production } = config;
  const ownIssuer = issuerOf(config.publicUrl ?? localUrl(config.host, config.port));
  const examination = await examine(token, values.realm, {
    realms,
    production,
    listsRealms: true,
    ownIssuer,
  });
  const tenants = await readTenants(examination, config);
  // Control characters of the token could change what the terminal shows.
  console.log(
    report(examination, tenants, allowedOperations, config.realmsFile).replace(/[^\P{C}\n]/gu, '?'),
  );
  const { rejection, content } = examination;
  const isUseful = rejection === undefined && content && tenants && !lackOf(content, tenants);
  process.exitCode = isUseful ? 0 : 1;
}

/** Finds the tenants that the token names. Without a database, only their IDs are known. */
async function readTenants(
  { content, realm }: Examination,
  config: Config,
): Promise<TenantReport | undefined> {
  if (!content || !realm) return undefined;
  const named = namesIn(content);
  const unsplit = new Set(
    content.tenants.flatMap(({ means, isUnsplit }) => (isUnsplit && means ? means : [])),
  );
  const { found, existing, unread } = await search(realm.name, named, config);
  const names = new Map(
    named.map((name) => {
      const reading = tenantOf(name, found.get(name), realm);
      if (unread && !reading.means) return [name, { text: name, fault: 'was not looked up in the database' }];
      const hint = unsplit.has(name) ? '; only splitTenants separates several names in a text' : '';
      return [name, reading.fault ? { ...reading, fault: `${reading.fault}${hint}` } : reading];
    }),
  );
  const tenantRoles = tenantRolesOf(content, (name) => names.get(name)?.means);
  return { tenantRoles, names, existing, unread };
}

async function search(realm: string, names: readonly string[], config: Config) {
  const found = new Map<string, string>();
  const existing = new Map<string, string>();
  if (names.length === 0) return { found, existing };
  try {
    const { connection, stop } = await connectToGateways(config);
    const pool = new Pool({ ...servingTimeouts, ...connection, Client: poolClientClass(), max: 1 });
    try {
      for (const [name, id] of await createFindTenants(pool)(realm, names)) found.set(name, id);
      const { rows } = await pool.query('select id, name, status from tenant where id = any ($1::uuid[])', [
        [...found.values(), ...names.filter(isUuid)],
      ]);
      for (const { id, name, status } of rows)
        existing.set(id, status === 'suspended' ? `${name}, which is suspended` : name);
    } finally {
      await pool.end().finally(stop);
    }
    return { found, existing };
  } catch (error) {
    const unread = whyUnread(error);
    if (!unread) throw error;
    return { found, existing, unread };
  }
}

/** Returns why the database could not be read. */
function whyUnread(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message;
  // 42P01: a table does not exist.
  if ((error as { code?: string }).code === '42P01')
    return 'the database does not have the tables of this version; start the gateway once';
  const reason = whyUnavailable(error);
  return reason && `the database is unavailable: ${reason}`;
}

main().catch((error) => {
  console.error(
    error instanceof StartError || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error,
  );
  process.exitCode = 1;
});
