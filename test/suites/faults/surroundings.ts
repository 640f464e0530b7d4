import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import {
  developmentIdentity,
  developmentTenant,
  developmentToken,
} from '../../../src/platform/auth/development.js';
import {
  type EmbeddedDatabase,
  startEmbeddedDatabase,
} from '../../../src/platform/embedded-postgres/start.js';
import { type GatewayProcess, startProcess } from '../../harness/gateway-process.js';
import { unlimited } from '../../harness/unlimited.js';
import { abandonClients } from './clients.js';
import { within } from './within.js';

/** The surroundings of gateways: folders, an environment, and a caller. */
export interface Site {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  tenant: string;
  pepper: Buffer;
  /** Makes the headers of an administrator of the tenant. */
  headers(): Promise<Record<string, string>>;
  /** Starts a separate PostgreSQL, which is as durable as an operator's. */
  startDatabase(): Promise<EmbeddedDatabase>;
  /** Starts a gateway and waits until it is ready. */
  start(more?: NodeJS.ProcessEnv): Promise<GatewayProcess>;
  /** Stops everything, also after a failed test. */
  close(): Promise<void>;
}

/** Creates a site in development mode, which provides a tenant and tokens. Everything else is as in production. */
export async function createSite({ limit = 1_000_000 } = {}): Promise<Site> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'faults-')));
  // A gateway that runs as root starts PostgreSQL as another user, who needs access to this folder.
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'data');
  const pepper = randomBytes(32);
  const databases: EmbeddedDatabase[] = [];
  const gateways: GatewayProcess[] = [];
  const site: Site = {
    dataDir,
    pepper,
    tenant: developmentTenant.id,
    env: {
      DATA_DIR: dataDir,
      SECRET_PEPPERS: `v1:${pepper.toString('base64')}`,
      KEY_ENCRYPTION_KEYS: `v1:${pepper.toString('base64')}`,
      SERVICE_ACCOUNT_LIMIT: `${limit}`,
      ...unlimited,
      LOG_LEVEL: 'warn',
    },
    headers: async () => {
      const token = await developmentToken(developmentIdentity(dataDir), { role: 'tenant_admin' });
      return { authorization: `Bearer ${token}`, 'x-tenantid': developmentTenant.id };
    },
    startDatabase: async () => {
      const options = { dataDir: join(folder, 'database'), log: pino({ level: 'silent' }) };
      const database = await startEmbeddedDatabase(options);
      databases.push(database);
      return database;
    },
    start: async (more = {}) => {
      const gateway = await startProcess({ ...site.env, ...more });
      gateways.push(gateway);
      await within(30_000, 'the gateway is ready', () => isReady(gateway.url));
      return gateway;
    },
    close: async () => {
      abandonClients();
      // Every process has to be stopped even if another one fails to stop, since nothing else would ever stop it.
      const ends: PromiseSettledResult<unknown>[] = await Promise.allSettled(
        gateways.map((gateway) => gateway.stop()),
      );
      ends.push(...(await Promise.allSettled(databases.map((database) => database.stop()))));
      await rm(folder, { recursive: true, force: true });
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
  return site;
}

/** Returns the URL of a database, over TCP or by the folder of its socket. */
export const urlOf = ({ host, port }: { host: string; port: number }): string =>
  host.startsWith('/')
    ? `postgres://postgres@localhost/postgres?host=${encodeURIComponent(host)}`
    : `postgres://postgres@${host}:${port}/postgres?sslmode=disable`;

/** Tells whether /readyz of a gateway answers with success. */
export const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
