import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryResultRow } from 'pg';
import { pino } from 'pino';
import { serializers } from '../../src/api/ops/logging.js';
import type { Role } from '../../src/platform/auth/caller.js';
import { serverLimits } from '../../src/platform/http/listen.js';
import { createDatabase, sql } from './database.js';
import { createIssuer, type Issuer } from './issuer.js';
import { assertNoLeaks, columnsOf, noteAnswer, noteRequest } from './leaks.js';
import { program } from './program.js';
import { signingKeysOf } from './stored-signing-keys.js';
import { unlimited } from './unlimited.js';

const { createApp, readConfig, startDatabaseServer, drain, findFreePort, listen } = program;

type Headers = Record<string, string>;

export interface Answer {
  status: number;
  headers: globalThis.Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

export interface Gateway {
  url: string;
  /** The environment that the gateway was started with, for another gateway on the same database. */
  env: NodeJS.ProcessEnv;
  /** The URL of the gateway's database, past any proxy. */
  databaseUrl: string;
  /** The default realm, `acme`, which grants everything. Its claim `tenant_roles` has roles in single tenants. */
  issuer: Issuer;
  /** The realm `partner`, which grants tenant_viewer and tenant_admin in `partnerTenant`. */
  partner: Issuer;
  partnerTenant: string;
  /** The issuer `ci` of tokens of workloads. */
  workloads: Issuer;
  /** The lines of the gateway's log. */
  log: string[];
  sql<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Stores a tenant. @returns its id */
  createTenant(fields?: { id?: string; name?: string; limit?: number; status?: string }): Promise<string>;
  /** Makes the headers of a caller with a role in a tenant. */
  as(role: Role, tenant: string): Promise<Headers>;
  /** Creates an account with the documented REST request. */
  create(headers: Headers, body?: unknown): Promise<Answer>;
  graphql(headers: Headers, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  request(path: string, init?: RequestInit): Promise<Answer>;
  /** Creates a one-time code, as for a URL that a gateway in development mode prints. */
  createCode(): string;
  /** Stops the gateway, and fails if its log, its database or its error answers contain a secret. */
  close(): Promise<void>;
}

export const createPath = '/api/v1/admin/service-account/create';

interface Surroundings {
  limits?: Partial<typeof serverLimits>;
  /** The port that the gateway listens on; any free one by default. */
  port?: number;
  /** Returns the URL by which the gateway reaches the database, for example through a proxy. */
  by?: (url: string) => Promise<string>;
}

/** Starts a whole gateway in this process, with its own database. Tests reach it through HTTP. */
export async function startGateway(
  overrides: NodeJS.ProcessEnv = {},
  { limits, port = 0, by = async (url) => url }: Surroundings = {},
): Promise<Gateway> {
  const database = await createDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const [issuer, partner, workloads] = await Promise.all([
    createIssuer('acme'),
    createIssuer('partner'),
    createIssuer('ci'),
  ]);
  const partnerTenant = randomUUID();
  const realm = ({ issuer: iss, audience, jwks }: Issuer) => ({ issuer: iss, audience, jwks });
  const grants = { roles: ['tenant_viewer', 'tenant_admin'], tenants: [partnerTenant] };
  const realms = {
    default: 'acme',
    realms: [
      { name: 'acme', ...realm(issuer), claims: { tenantRoles: 'tenant_roles' } },
      { name: 'partner', ...realm(partner), grants },
    ],
  };
  writeFileSync(join(folder, 'realms.json'), JSON.stringify(realms));
  const issuers = [{ name: 'ci', issuer: workloads.issuer, jwks: workloads.jwks }];
  writeFileSync(join(folder, 'issuers.json'), JSON.stringify({ issuers }));
  const env = {
    NODE_ENV: 'production',
    PORT: '0',
    DATABASE_URL: await by(database.url),
    REALMS_FILE: join(folder, 'realms.json'),
    WORKLOAD_ISSUERS_FILE: join(folder, 'issuers.json'),
    SECRET_PEPPERS: `v1:${randomBytes(32).toString('base64')}`,
    KEY_ENCRYPTION_KEYS: `v1:${randomBytes(32).toString('base64')}`,
    PUBLIC_URL: 'https://gateway.example.com',
    ...unlimited,
    ...overrides,
  };

  const log: string[] = [];
  const config = readConfig(env);
  const logger = pino({ level: 'debug', serializers }, { write: (line) => log.push(line) });
  const listenPort = port || (await findFreePort('127.0.0.1'));
  const url = `http://127.0.0.1:${listenPort}`;
  const databaseServer = await startDatabaseServer(config, logger);
  const app = await createApp(config, config.publicUrl ?? url, databaseServer, logger);
  const server = await listen(app.handle, '127.0.0.1', listenPort, { ...serverLimits, ...limits });
  app.metrics.watch(server);

  const gateway: Gateway = {
    url,
    env,
    databaseUrl: database.url,
    issuer,
    partner,
    partnerTenant,
    workloads,
    log,
    sql: (text, values) => sql(database.url, text, values),
    createTenant: async ({ id = randomUUID(), name = 'Tenant', limit = 100, status = 'active' } = {}) => {
      await sql(
        database.url,
        'insert into tenant (id, name, service_account_limit, status) values ($1, $2, $3, $4)',
        [id, name, limit, status],
      );
      return id;
    },
    as: async (role, tenant) => ({
      authorization: `Bearer ${await issuer.sign({ sub: `a ${role}`, name: 'Ada', email: 'ada@example.com', roles: [role], tenants: [tenant] })}`,
      'x-tenantid': tenant,
    }),
    create: (headers, body) =>
      gateway.request(createPath, {
        method: 'POST',
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    graphql: (headers, query, variables) =>
      gateway.request('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    request: async (path, init) => {
      noteRequest(new Headers(init?.headers), init?.body);
      const response = await fetch(url + path, init);
      const text = await response.text();
      const isJson = /json\b/.test(response.headers.get('content-type') ?? '');
      const answer = {
        status: response.status,
        headers: response.headers,
        body: isJson && text ? JSON.parse(text) : text,
      };
      noteAnswer(path, answer);
      return answer;
    },
    createCode: () => app.createCode?.() ?? '',
    close: async () => {
      await drain(server, 5_000);
      const { peppers, keyEncryptionKeys } = config;
      const columns = await columnsOf({ connectionString: config.databaseUrl });
      const secrets = {
        'a pepper': peppers.map(({ key }) => key),
        'a key encryption key': keyEncryptionKeys.map(({ key }) => key),
        'a signing key': await signingKeysOf({ connectionString: config.databaseUrl }, keyEncryptionKeys),
      };
      await app.close();
      await database.drop();
      rmSync(folder, { recursive: true });
      assertNoLeaks([...columns, { place: 'the log', text: log.join(''), lines: true }], secrets);
    },
  };
  return gateway;
}
