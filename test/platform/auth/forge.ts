import { createHmac, KeyObject, sign } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Issuer } from '../../harness/issuer.js';

/** Signs the first two parts of a token. */
export type Signer = (input: string) => Buffer;

/** Builds a token by hand, since jose refuses to make most of what an attacker sends. */
export function forge(header: object, payload: unknown, signer: Signer): string {
  const input = [header, payload].map((part) => encode(JSON.stringify(part))).join('.');
  return `${input}.${encode(signer(input))}`;
}

export const encode = (part: string | Buffer): string => Buffer.from(part).toString('base64url');

export const es256 =
  ({ privateKey }: Issuer, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key: KeyObject.from(privateKey), dsaEncoding });

export const hs256 =
  (secret: string | Buffer): Signer =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();

export const signature =
  (bytes: number): Signer =>
  () =>
    Buffer.alloc(bytes);

/** Changes the bytes of one part of a token. */
export function tamper(token: string, part: 0 | 1 | 2, change: (bytes: Buffer) => Buffer): string {
  return token
    .split('.')
    .map((text, index) => (index === part ? encode(change(Buffer.from(text, 'base64url'))) : text))
    .join('.');
}

/** Returns valid claims with the widest rights, so that only the fault of a token can make the gateway refuse it. */
export function powerfulClaims({ issuer, audience }: Issuer): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: audience, sub: 'mallory', iat: now, exp: now + 600, roles: ['super_admin'] };
}
