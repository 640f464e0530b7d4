import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultAudience, localUrl } from '../platform/auth/access-token-settings.js';
import { developmentRealm } from '../platform/auth/development.js';
import { isLoopback, isOnLoopback } from '../platform/auth/keys/web-address.js';
import { readRealmsFile } from '../platform/auth/realms/read-realms-file.js';
import type { RealmsFile } from '../platform/auth/realms/realms-file.js';
import type { WorkloadIssuer } from '../platform/auth/workload/workload-issuer.js';
import { StartError } from '../platform/start-error.js';
import { withoutSlash } from './public-url.js';
import { trust } from './trust.js';
import { type Environment, environment } from './variables.js';
import { readWorkloadIssuers } from './workload-issuers.js';

type Given = Record<string, string | undefined>;

/** The whole configuration, checked and frozen. */
export type Config = Readonly<ReturnType<typeof toConfig>>;

/** Returns the environment, with the variables that a `.env` file in the working directory adds. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Checks the environment variables that `.env.example` lists.
 * @throws StartError that lists all faults, each with the name of its variable
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // An empty variable counts as not set, because most container tools pass unset variables as empty.
  const given: Given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const { REALMS_FILE, WORKLOAD_ISSUERS_FILE, NODE_ENV } = given;
  const production = NODE_ENV === 'production';
  const url = urlOf(given);
  const reading = REALMS_FILE ? readRealmsFile(REALMS_FILE, { url, production }) : undefined;
  const workloads = readWorkloadIssuers(WORKLOAD_ISSUERS_FILE, url, production, reading?.realms);
  const unset = missing(given);
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...(reading?.faults ?? []).map((fault) => `REALMS_FILE: ${given.REALMS_FILE}: ${fault}`),
    ...workloads.faults,
    ...audienceFaults(given, reading?.realms),
    ...portFaults(given),
    ...unset,
  ];
  if (faults.length > 0 || !parsed.data) {
    const hint = unset.length > 0 ? `\n${developmentModeHint}` : '';
    throw new StartError(['The configuration is invalid:', ...faults].join('\n  ') + hint);
  }
  return Object.freeze(toConfig(parsed.data, isDevelopmentMode(given), reading?.realms, workloads.issuers));
}

/**
 * Returns whether development mode is active. Outside of it, the gateway uses no keys that it has created itself. With
 * REALMS_FILE, it trusts the realms of that file instead of the development realm. A gateway with these realms and a
 * public URL is not a trial on one machine.
 */
const isDevelopmentMode = ({ NODE_ENV, HOST = '127.0.0.1', REALMS_FILE, PUBLIC_URL }: Given) =>
  NODE_ENV !== 'production' &&
  isLoopback(HOST) &&
  (!REALMS_FILE || PUBLIC_URL === undefined || isOnLoopback(PUBLIC_URL));

const developmentModeHint =
  'Development mode is active if NODE_ENV is not production and HOST is a loopback address. With REALMS_FILE, PUBLIC_URL must not be set, or must have a loopback address.';

/** Returns the URL of the gateway for its users. */
const urlOf = ({ PUBLIC_URL, HOST = '127.0.0.1', PORT = '4000' }: Given) =>
  withoutSlash(PUBLIC_URL ?? localUrl(HOST, PORT));

/** The variables that must be set outside development mode, each with an example. */
const requiredVariables = {
  REALMS_FILE: 'REALMS_FILE=/etc/gateway/realms.json',
  SECRET_PEPPERS: 'SECRET_PEPPERS="v1:$(openssl rand -base64 32)"',
  KEY_ENCRYPTION_KEYS: 'KEY_ENCRYPTION_KEYS="v1:$(openssl rand -base64 32)"',
  PUBLIC_URL: 'PUBLIC_URL=https://gateway.example.com',
};

function missing(given: Given): string[] {
  if (isDevelopmentMode(given)) return [];
  return Object.entries(requiredVariables)
    .filter(([name]) => !given[name])
    .map(([name, example]) => `${name}: must be set outside development mode, for example ${example}`);
}

/**
 * Finds realms that accept the audience of access tokens. In such a realm, a machine's token could pass as an
 * administrator's.
 */
function audienceFaults(given: Given, file: RealmsFile | undefined): string[] {
  const audience = given.TOKEN_AUDIENCE ?? defaultAudience(urlOf(given));
  const realms = file?.realms ?? (given.REALMS_FILE ? [] : [developmentRealm]);
  const accepting = realms.filter((realm) => [realm.audience].flat().includes(audience));
  return accepting.map(
    ({ name }) =>
      `TOKEN_AUDIENCE: must not be ${audience}, which is the audience of the realm ${name}; choose a URL of your APIs, for example https://api.example.com`,
  );
}

/** Checks that the ports of the metrics and the gateway differ. */
const portFaults = ({ PORT = '4000', METRICS_PORT }: Given): string[] =>
  METRICS_PORT === PORT ? [`METRICS_PORT: must differ from PORT (${PORT}), for example 9464`] : [];

function toConfig(
  env: Environment,
  developmentMode: boolean,
  realms: RealmsFile | undefined,
  workloadIssuers: readonly WorkloadIssuer[],
) {
  const dataDir = resolve(env.DATA_DIR);
  const production = env.NODE_ENV === 'production';
  return {
    production,
    developmentMode,
    port: env.PORT,
    host: env.HOST,
    /** Undefined in development mode if it is not set. The URL then consists of the host and the port. */
    publicUrl: env.PUBLIC_URL === undefined ? undefined : withoutSlash(env.PUBLIC_URL),
    databaseUrl: env.DATABASE_URL,
    /** Whether statements are prepared under names: `auto` means unless DATABASE_URL leads to a connection pooler. */
    databasePrepared: env.DATABASE_PREPARED,
    dataDir,
    /** Undefined if the gateway trusts the development realm. */
    realmsFile: env.REALMS_FILE,
    /** The outside issuers whose tokens can be trusted, for example by accounts of a tenant. */
    workloadIssuers,
    serviceAccountLimit: env.SERVICE_ACCOUNT_LIMIT,
    /** The limits per minute. 0 means no limit. */
    rateLimits: {
      caller: env.RATE_LIMIT_CALLER,
      address: env.RATE_LIMIT_ADDRESS,
      anonymous: env.RATE_LIMIT_ANONYMOUS,
      oauthAddress: env.RATE_LIMIT_OAUTH_ADDRESS,
      client: env.RATE_LIMIT_CLIENT,
      clientRevocations: env.RATE_LIMIT_CLIENT_REVOCATIONS,
      wrongSecrets: env.RATE_LIMIT_WRONG_SECRETS,
      tenantChanges: env.RATE_LIMIT_TENANT_CHANGES,
      tenantAuditBytes: env.RATE_LIMIT_TENANT_AUDIT_BYTES,
      store: env.RATE_LIMIT_STORE,
    },
    /** The number of days for which audit log entries are kept at least. If undefined, they are kept forever. */
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    tokens: {
      /** If undefined, the audience is derived from the URL of the gateway. */
      audience: env.TOKEN_AUDIENCE,
      /** The lifetime of a token in seconds. */
      lifetime: env.TOKEN_LIFETIME,
      algorithm: env.TOKEN_ALGORITHM,
      /** The number of days for which a signing key signs. */
      keyDays: env.SIGNING_KEY_DAYS,
    },
    /**
     * Metrics are served on a separate port, or to clients with the token, or both. If neither is set, metrics are off.
     */
    metrics: { port: env.METRICS_PORT, token: env.METRICS_TOKEN },
    trustProxy: env.TRUST_PROXY,
    corsOrigins: env.CORS_ORIGINS,
    introspection: env.INTROSPECTION,
    graphqlIde: env.GRAPHQL_IDE ?? !production,
    apiDocs: env.API_DOCS,
    /** Whether scanners can report leaked secrets without credentials. */
    secretScanning: env.SECRET_SCANNING,
    logLevel: env.LOG_LEVEL,
    ...trust(env, realms, dataDir),
  };
}
