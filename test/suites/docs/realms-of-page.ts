import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWTPayload, SignJWT } from 'jose';
import { readRealmsFile } from '../../../src/platform/auth/realms/read-realms-file.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import type { Issuer } from '../../harness/issuer.js';

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a page has several shapes
export type Json = any;

export const publicUrl = 'https://gateway.example.com';

/** Starts a gateway with a realms file of a page, whose keys are those of the issuer. */
export async function startWith(file: Json, { jwks }: Issuer): Promise<Gateway> {
  const realms = file.realms.map(({ jwksUri: _, ...realm }: Json) => ({ ...realm, jwks }));
  return withFile(JSON.stringify({ ...file, realms }), (path) =>
    startGateway({ REALMS_FILE: path, PUBLIC_URL: publicUrl }),
  );
}

/** Returns the faults that a gateway in production finds in a realms file of a page. */
export const faultsOf = (content: string): Promise<string[]> =>
  withFile(content, async (path) => readRealmsFile(path, { url: publicUrl, production: true }).faults);

async function withFile<Result>(content: string, use: (path: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'realms-of-page-'));
  const path = join(folder, 'realms.json');
  writeFileSync(path, content);
  return use(path).finally(() => rmSync(folder, { recursive: true }));
}

/** Moves the times of a documented payload to now, so that the token is as old as it says. */
export function renewed(payload: JWTPayload & { iat: number }): JWTPayload {
  const ahead = Math.floor(Date.now() / 1000) - payload.iat;
  const times = ['iat', 'nbf', 'exp', 'auth_time'].filter((name) => name in payload);
  return { ...payload, ...Object.fromEntries(times.map((name) => [name, Number(payload[name]) + ahead])) };
}

/** Signs a token with a type in its header, or with none. */
export const signed = ({ privateKey, jwks }: Issuer, payload: JWTPayload, typ?: string): Promise<string> =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: jwks.keys[0]?.kid, ...(typ && { typ }) })
    .sign(privateKey);
