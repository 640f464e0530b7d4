import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type DevelopmentIdentity,
  developmentIdentity,
  developmentRealm,
  developmentRealms,
  keyEncryptionKeysOf,
} from './auth/development.js';
import { type RealmsFile, realmsFile } from './auth/realms.js';
import { readRealmsFile } from './auth/realms-file.js';
import { defaultAudience, longestTokenLifetime, signingAlgorithms } from './oauth/token-rules.js';
import { StartError } from './start-error.js';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
      abort: true,
    })
    .transform(Number);

const onOff = z.enum(['on', 'off'], 'must be "on" or "off"').transform((value) => value === 'on');
const list = z.string().transform((value) => value.split(',').map((item) => item.trim()));

const isUrl = (value: string) => /^https?:\/\//.test(value) && URL.canParse(value);
/** RFC 8414, section 2: an issuer has no query and no fragment. */
const isBaseUrl = (value: string) => isUrl(value) && !/[?#]/.test(value);
const isOrigin = (value: string) => isUrl(value) && new URL(value).origin === value;
const isPostgresUrl = (value: string) => /^postgres(ql)?:\/\//.test(value);

/** What Express takes for `trust proxy`. It throws at anything else. */
function isProxy(value: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(value)) return true;
  const [, address = '', prefix = '1'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return Number(prefix) >= 1 && Number(prefix) <= bits;
}

/** `v1:<base64>,v2:<base64>`: the last one is used for what is new, all of them for what is there. */
const versionedKeys = (fits: (length: number) => boolean, size: string) =>
  list.transform((items, context) => {
    const keys = new Map<string, Buffer>();
    for (const item of items) {
      const [, version = '', encoded = ''] = /^([a-z0-9]{1,16}):([A-Za-z0-9+/]+={0,2})$/.exec(item) ?? [];
      const key = Buffer.from(encoded, 'base64');
      if (!fits(key.length)) context.addIssue(`must look like v1:<base64>,v2:<base64>, with ${size} each`);
      else if (keys.has(version)) context.addIssue(`has the version ${version} twice`);
      keys.set(version, key);
    }
    return [...keys].map(([version, key]) => ({ version, key }));
  });

/** RFC 2104, section 3: at least as long as the hash. */
const peppers = versionedKeys((length) => length >= 32, '32 bytes or more');
/** AES-256. */
const keyEncryptionKeys = versionedKeys((length) => length === 32, '32 bytes');

const environment = z.object({
  PORT: wholeNumber(0, 65535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z
    .string()
    .refine(isBaseUrl, 'must be an http or https URL without query and fragment')
    .optional(),
  NODE_ENV: z.string().optional(),
  DATABASE_URL: z.string().refine(isPostgresUrl, 'must start with postgres:// or postgresql://').optional(),
  DATA_DIR: z.string().default('./data'),
  REALMS_FILE: z.string().optional(),
  SERVICE_ACCOUNT_LIMIT: wholeNumber(0, 2_147_483_647).default(100),
  SECRET_PEPPERS: peppers.optional(),
  KEY_ENCRYPTION_KEYS: keyEncryptionKeys.optional(),
  TOKEN_AUDIENCE: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 characters of ASCII, without spaces')
    .optional(),
  TOKEN_LIFETIME: wholeNumber(60, longestTokenLifetime).default(600),
  TOKEN_ALGORITHM: z.enum(signingAlgorithms, 'must be "ES256" or "EdDSA"').default('ES256'),
  SIGNING_KEY_DAYS: wholeNumber(1, 365).default(30),
  RATE_LIMIT_CALLER: wholeNumber(0, 1_000_000).default(6000),
  RATE_LIMIT_ADDRESS: wholeNumber(0, 1_000_000).default(12_000),
  RATE_LIMIT_WRONG_SECRETS: wholeNumber(0, 1_000_000).default(30),
  RATE_LIMIT_STORE: z.enum(['memory', 'postgres'], 'must be "memory" or "postgres"').default('memory'),
  TRUST_PROXY: z
    .union([
      wholeNumber(0, 16),
      list.refine(
        (items) => items.every(isProxy),
        'must be a number of proxies, or a list of addresses, subnets, loopback, linklocal or uniquelocal',
      ),
    ])
    .default(0),
  CORS_ORIGINS: list
    .refine((items) => items.every(isOrigin), 'must be a list of origins such as https://admin.example.com')
    .default([]),
  INTROSPECTION: onOff.default(true),
  GRAPHQL_IDE: onOff.optional(),
  API_DOCS: onOff.default(true),
  METRICS_PORT: wholeNumber(1, 65535).optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,255}$/, 'must be 16 to 255 characters of ASCII, without spaces')
    .optional(),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .default('info'),
});

type Environment = z.output<typeof environment>;
type Given = Record<string, string | undefined>;

/** The whole configuration, checked and frozen. */
export type Config = Readonly<ReturnType<typeof toConfig>>;

interface Trust {
  realms: RealmsFile;
  peppers: z.output<typeof peppers>;
  keyEncryptionKeys: z.output<typeof keyEncryptionKeys>;
  /** The key in DATA_DIR; in development mode only. */
  development?: DevelopmentIdentity;
}

/**
 * Reads the environment variables that `.env.example` lists.
 * @throws StartError that tells every fault at once, each with the name of its variable
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // An empty variable counts as one that is not set, as most container tools mean it.
  const given: Given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const { REALMS_FILE, PUBLIC_URL, NODE_ENV } = given;
  const reading = REALMS_FILE
    ? readRealmsFile(REALMS_FILE, PUBLIC_URL, NODE_ENV === 'production')
    : undefined;
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...(reading?.faults ?? []).map((fault) => `REALMS_FILE: ${given.REALMS_FILE}: ${fault}`),
    ...audienceFaults(given, reading?.realms),
    ...portFaults(given),
    ...missing(given),
  ];
  if (faults.length > 0 || !parsed.data) {
    throw new StartError(['The configuration is not valid.', ...faults].join('\n  '));
  }
  return Object.freeze(toConfig(parsed.data, reading?.realms));
}

/** Development mode needs all three: one of them missing, and nothing made for development is trusted. */
const isDevelopmentMode = ({ NODE_ENV, HOST = '127.0.0.1', REALMS_FILE }: Given) =>
  NODE_ENV !== 'production' && /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(HOST) && !REALMS_FILE;

function missing(given: Given): string[] {
  if (isDevelopmentMode(given)) return [];
  const required = ['REALMS_FILE', 'SECRET_PEPPERS', 'KEY_ENCRYPTION_KEYS', 'PUBLIC_URL'];
  const names = required.filter((name) => !given[name]);
  return names.map(
    (name) =>
      `${name}: must be set, except in development mode (NODE_ENV other than production, HOST on loopback, no REALMS_FILE)`,
  );
}

/** Machines' tokens are for the tenants' APIs: one that an admin's realm would take, too, is a way in. */
function audienceFaults(given: Given, file: RealmsFile | undefined): string[] {
  const { TOKEN_AUDIENCE, PUBLIC_URL = '' } = given;
  const audience = TOKEN_AUDIENCE ?? defaultAudience(withoutSlash(PUBLIC_URL));
  const realms = file?.realms ?? (isDevelopmentMode(given) ? [developmentRealm] : []);
  const taken = realms.filter((realm) => realm.audience === audience);
  return taken.map(({ name }) => `TOKEN_AUDIENCE: ${audience} is what the realm ${name} accepts`);
}

/** They would take each other's requests. */
const portFaults = ({ PORT = '4000', METRICS_PORT }: Given): string[] =>
  METRICS_PORT === PORT ? [`METRICS_PORT: must be another one than PORT, ${PORT}`] : [];

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

function toConfig(env: Environment, realms: RealmsFile | undefined) {
  const dataDir = resolve(env.DATA_DIR);
  const production = env.NODE_ENV === 'production';
  return {
    production,
    port: env.PORT,
    host: env.HOST,
    /** Undefined in development mode, where the port may be one that the system chooses. */
    publicUrl: env.PUBLIC_URL === undefined ? undefined : withoutSlash(env.PUBLIC_URL),
    databaseUrl: env.DATABASE_URL,
    dataDir,
    serviceAccountLimit: env.SERVICE_ACCOUNT_LIMIT,
    /** Requests a minute; 0 for no limit. */
    rateLimits: {
      caller: env.RATE_LIMIT_CALLER,
      address: env.RATE_LIMIT_ADDRESS,
      wrongSecrets: env.RATE_LIMIT_WRONG_SECRETS,
      store: env.RATE_LIMIT_STORE,
    },
    tokens: {
      /** Undefined: below the URL of the gateway. */
      audience: env.TOKEN_AUDIENCE,
      /** Seconds. */
      lifetime: env.TOKEN_LIFETIME,
      algorithm: env.TOKEN_ALGORITHM,
      /** For how many days a signing key is used. */
      keyDays: env.SIGNING_KEY_DAYS,
    },
    /** Where metrics are served: on a port of their own, to who has the token, or both ways. */
    metrics: { port: env.METRICS_PORT, token: env.METRICS_TOKEN },
    trustProxy: env.TRUST_PROXY,
    corsOrigins: env.CORS_ORIGINS,
    introspection: env.INTROSPECTION,
    graphqlIde: env.GRAPHQL_IDE ?? !production,
    apiDocs: env.API_DOCS,
    logLevel: env.LOG_LEVEL,
    ...trust(env, realms, dataDir),
  };
}

function trust(env: Environment, realms: RealmsFile | undefined, dataDir: string): Trust {
  const { SECRET_PEPPERS, KEY_ENCRYPTION_KEYS } = env;
  if (realms && SECRET_PEPPERS && KEY_ENCRYPTION_KEYS) {
    return { realms, peppers: SECRET_PEPPERS, keyEncryptionKeys: KEY_ENCRYPTION_KEYS };
  }
  const development = developmentIdentity(dataDir);
  return {
    realms: realmsFile.parse(developmentRealms(development)),
    peppers: SECRET_PEPPERS ?? peppers.parse(development.peppers),
    keyEncryptionKeys: KEY_ENCRYPTION_KEYS ?? keyEncryptionKeys.parse(keyEncryptionKeysOf(development)),
    development,
  };
}
