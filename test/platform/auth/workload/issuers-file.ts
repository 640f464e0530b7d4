import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { readConfig } from '../../../../src/config/config.js';

export const folder = mkdtempSync(join(tmpdir(), 'workload-issuers-'));
const file = join(folder, 'workload-issuers.json');
const realmsFile = join(folder, 'realms.json');
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const publicKey = pair.publicKey.export({ format: 'jwk' });
export const privateKey = pair.privateKey.export({ format: 'jwk' });

afterAll(() => rmSync(folder, { recursive: true }));

export type Fields = Record<string, unknown>;
export const keys = (...jwks: object[]) => ({ jwks: { keys: jwks } });
export const github = { name: 'github', issuer: 'https://token.actions.githubusercontent.com' };
export const cluster = { name: 'cluster', issuer: 'https://kubernetes.default.svc', ...keys(publicKey) };
export const acme = {
  name: 'acme',
  issuer: 'https://acme.example.com/',
  audience: 'gateway',
  ...keys(publicKey),
};
export const directories = {
  name: 'entra',
  issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  issuerTenants: ['aaaa', 'bbbb'],
  jwksUri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
  audience: 'entra',
  grants: { roles: [], tenants: [] },
};

/** Reads the configuration of a gateway in production with this content of the file. */
export function read(content: string, overrides: NodeJS.ProcessEnv = {}) {
  writeFileSync(file, content);
  writeFileSync(realmsFile, JSON.stringify({ default: 'acme', realms: [acme, directories] }));
  const secret = `v1:${randomBytes(32).toString('base64')}`;
  return readConfig({
    NODE_ENV: 'production',
    REALMS_FILE: realmsFile,
    WORKLOAD_ISSUERS_FILE: file,
    SECRET_PEPPERS: secret,
    KEY_ENCRYPTION_KEYS: secret,
    PUBLIC_URL: 'https://gateway.example.com',
    ...overrides,
  });
}

export function faultsOf(content: string, overrides: NodeJS.ProcessEnv = {}): string[] {
  try {
    read(content, overrides);
    return [];
  } catch (error) {
    const prefix = `WORKLOAD_ISSUERS_FILE: ${overrides.WORKLOAD_ISSUERS_FILE ?? file}: `;
    const lines = (error as Error).message.split('\n  ').slice(1);
    expect(lines.filter((line) => !line.startsWith(prefix))).toEqual([]);
    return lines.map((line) => line.slice(prefix.length));
  }
}

/** Returns the faults of a file with these fields in the first of two issuers, and around both. */
export const faults = (first: Fields, around: Fields = {}, overrides: NodeJS.ProcessEnv = {}): string[] =>
  faultsOf(JSON.stringify({ issuers: [{ ...github, ...first }, cluster], ...around }), overrides);

export const notSelf =
  'issuers[0].issuer: must not be the gateway itself, because a machine could then renew its access with its access token';
export const notRealm =
  'issuers[0].issuer: must not be the issuer of a realm, because its tokens are for administrators, not for machines';
