import { generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';
import { v7 as uuid } from 'uuid';
import { StartError } from '../start-error.js';
import type { Role } from './caller.js';

export const developmentTenant = { id: '3fa85f64-5717-4562-b3fc-2c963f66afa6', name: 'Acme Corporation' };

/** The issuer of the realm in development mode. */
export const developmentIssuer = 'urn:service-account-gateway:development';
/** The name and the audience of the realm in development mode. */
export const developmentRealm = { name: 'development', audience: 'service-account-gateway' };

/** The keys of development mode. They are stored in DATA_DIR, and no other mode trusts them. */
export interface DevelopmentIdentity {
  privateKey: JWK;
  publicKey: JWK;
  /** The peppers in the format of SECRET_PEPPERS. */
  peppers: string;
}

/**
 * Reads DATA_DIR/development.json. The first start creates the file with mode 600.
 * @throws StartError if the file cannot be written or read
 */
export function developmentIdentity(dataDir: string): DevelopmentIdentity {
  const file = join(dataDir, 'development.json');
  try {
    if (!existsSync(file)) writeIdentity(file);
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // The message of JSON.parse would quote the private key.
    const { code = 'it is not valid JSON; delete it to create new keys' } = error as NodeJS.ErrnoException;
    throw new StartError(`DATA_DIR: cannot use ${file} (${code})`);
  }
}

function writeIdentity(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(newIdentity(), null, 2), { mode: 0o600 });
  try {
    // Creating a link fails if the name exists. Two gateways that start at the same time therefore use the same key.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

function newIdentity(): DevelopmentIdentity {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = uuid();
  const jwk = (key: typeof pair.publicKey) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'ES256' });
  return {
    privateKey: jwk(pair.privateKey),
    publicKey: jwk(pair.publicKey),
    peppers: `v1:${randomBytes(32).toString('base64')}`,
  };
}

/** Derives a key in the format of KEY_ENCRYPTION_KEYS from the peppers, because older files contain no such key. */
export function keyEncryptionKeysOf({ peppers }: Pick<DevelopmentIdentity, 'peppers'>): string {
  const key = hkdfSync('sha256', peppers, '', 'key encryption', 32);
  return `v1:${Buffer.from(key).toString('base64')}`;
}

/** Returns the realms file of development mode. Its only realm trusts the key in DATA_DIR. */
export function developmentRealms({ publicKey }: DevelopmentIdentity) {
  return {
    default: developmentRealm.name,
    realms: [
      { ...developmentRealm, issuer: developmentIssuer, algorithms: ['ES256'], jwks: { keys: [publicKey] } },
    ],
  };
}

interface DevelopmentTokenOptions {
  role: Role;
  tenants?: string[];
  /** The lifetime in seconds. Defaults to 15 minutes. */
  lifetime?: number;
}

/** Signs an access token of the development realm for a fictitious person. */
export async function developmentToken(
  { privateKey }: DevelopmentIdentity,
  { role, tenants = [developmentTenant.id], lifetime = 15 * 60 }: DevelopmentTokenOptions,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    roles: [role],
    tenants: role === 'super_admin' ? [] : tenants,
  })
    .setProtectedHeader({ alg: 'ES256', kid: privateKey.kid, typ: 'at+jwt' })
    .setIssuer(developmentIssuer)
    .setAudience(developmentRealm.audience)
    .setSubject(`development-${role}`)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(await importJWK(privateKey, 'ES256'));
}
