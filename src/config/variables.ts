import { isIP } from 'node:net';
import { z } from 'zod';
import {
  longestTokenLifetime,
  shortestTokenLifetime,
  signingAlgorithms,
} from '../platform/auth/access-token-settings.js';
import { publicUrl } from './public-url.js';

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
const isOrigin = (value: string) => isUrl(value) && new URL(value).origin === value;
const isPostgresUrl = (value: string) => /^postgres(ql)?:\/\//.test(value);

/** Returns whether Express accepts a value for `trust proxy`. Express throws for any other value. */
function isProxy(value: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(value)) return true;
  const [, address = '', prefix = '1'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return Number(prefix) >= 1 && Number(prefix) <= bits;
}

/** Parses `v1:<base64>,v2:<base64>`. The gateway uses the last key for new data, and all keys for existing data. */
const versionedKeys = (fits: (length: number) => boolean, size: string) =>
  list.transform((items, context) => {
    const keys = new Map<string, Buffer>();
    for (const item of items) {
      const [, version = '', encoded = ''] = /^([a-z0-9]{1,16}):([A-Za-z0-9+/]+={0,2})$/.exec(item) ?? [];
      const key = Buffer.from(encoded, 'base64');
      if (!fits(key.length))
        context.addIssue(
          `must be a list of keys such as v1:<base64>,v2:<base64>, each of ${size}; create a key with: openssl rand -base64 32`,
        );
      else if (keys.has(version)) context.addIssue(`contains the version ${version} twice`);
      keys.set(version, key);
    }
    return [...keys].map(([version, key]) => ({ version, key }));
  });

/** An HMAC-SHA-256 key must be at least as long as the hash (RFC 2104, section 3). */
export const peppers = versionedKeys((length) => length >= 32, '32 bytes or more');
/** An AES-256 key has 32 bytes. */
export const keyEncryptionKeys = versionedKeys((length) => length === 32, '32 bytes');

/** The rule and the default of each variable. */
export const environment = z.object({
  PORT: wholeNumber(0, 65535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: publicUrl.optional(),
  NODE_ENV: z.string().optional(),
  DATABASE_URL: z
    .string()
    .refine(
      isPostgresUrl,
      'must start with postgres:// or postgresql://, for example postgresql://gateway@db.example.com/gateway',
    )
    .optional(),
  DATABASE_PREPARED: z.enum(['auto', 'on', 'off'], 'must be "auto", "on" or "off"').default('auto'),
  DATA_DIR: z.string().default('./data'),
  REALMS_FILE: z.string().optional(),
  WORKLOAD_ISSUERS_FILE: z.string().optional(),
  SERVICE_ACCOUNT_LIMIT: wholeNumber(0, 2_147_483_647).default(100),
  SECRET_PEPPERS: peppers.optional(),
  KEY_ENCRYPTION_KEYS: keyEncryptionKeys.optional(),
  TOKEN_AUDIENCE: z
    .string()
    .regex(
      /^[\x21-\x7e]{1,255}$/,
      'must be 1 to 255 ASCII characters without spaces, for example https://api.example.com',
    )
    .optional(),
  TOKEN_LIFETIME: wholeNumber(shortestTokenLifetime, longestTokenLifetime).default(600),
  TOKEN_ALGORITHM: z.enum(signingAlgorithms, 'must be "ES256" or "EdDSA"').default('ES256'),
  SIGNING_KEY_DAYS: wholeNumber(1, 365).default(30),
  RATE_LIMIT_CALLER: wholeNumber(0, 1_000_000).default(6000),
  RATE_LIMIT_ADDRESS: wholeNumber(0, 1_000_000).default(12_000),
  RATE_LIMIT_ANONYMOUS: wholeNumber(0, 1_000_000).default(300),
  RATE_LIMIT_OAUTH_ADDRESS: wholeNumber(0, 1_000_000).default(30_000),
  RATE_LIMIT_CLIENT: wholeNumber(0, 1_000_000).default(12_000),
  RATE_LIMIT_CLIENT_REVOCATIONS: wholeNumber(0, 1_000_000).default(600),
  RATE_LIMIT_WRONG_SECRETS: wholeNumber(0, 1_000_000).default(30),
  RATE_LIMIT_TENANT_CHANGES: wholeNumber(0, 1_000_000).default(10_000),
  RATE_LIMIT_TENANT_AUDIT_BYTES: wholeNumber(0, 500_000_000).default(15_000_000),
  RATE_LIMIT_STORE: z.enum(['memory', 'postgres'], 'must be "memory" or "postgres"').default('memory'),
  AUDIT_RETENTION_DAYS: wholeNumber(30, 3650).optional(),
  TRUST_PROXY: z
    .union([
      wholeNumber(0, 16),
      list.refine(
        (items) => items.every(isProxy),
        'must be the number of proxies, 0 to 16, or a comma-separated list of IP addresses, subnets and the names loopback, linklocal and uniquelocal, for example 10.0.0.0/8',
      ),
    ])
    .default(0),
  CORS_ORIGINS: list
    .refine(
      (items) => items.every(isOrigin),
      'must be a comma-separated list of origins, for example https://admin.example.com,https://ops.example.com',
    )
    .default([]),
  INTROSPECTION: onOff.default(true),
  GRAPHQL_IDE: onOff.optional(),
  API_DOCS: onOff.default(true),
  SECRET_SCANNING: onOff.default(false),
  METRICS_PORT: wholeNumber(1, 65535).optional(),
  METRICS_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,255}$/,
      'must be 16 to 255 ASCII characters without spaces; create one with: openssl rand -hex 32',
    )
    .optional(),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be one of fatal, error, warn, info, debug, trace or silent',
    )
    .default('info'),
});

export type Environment = z.output<typeof environment>;
