import { createPublicKey } from 'node:crypto';
import type { Issuer } from '../../harness/issuer.js';
import { encode, es256, forge, powerfulClaims, type Signer, tamper } from './forge.js';

export interface Scene {
  /** The default realm. */
  acme: Issuer;
  partner: Issuer;
  /** Trusted by nobody; its keys are at `keyUrl`. */
  mallory: Issuer;
  keyUrl: string;
}

/** The value of an authorization header, or more headers than that. */
export type Credentials = (scene: Scene) => string | Record<string, string> | Promise<string>;

export const acmeHeader = { alg: 'ES256', kid: 'acme-key', typ: 'JWT' };
export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
export const publicJwk = ({ acme }: Scene) => acme.jwks.keys[0] ?? {};
export const publicPem = (scene: Scene) =>
  createPublicKey({ key: publicJwk(scene), format: 'jwk' })
    .export({ format: 'pem', type: 'spki' })
    .toString();

/** Signs as acme itself, with other claims or other fields in the header. */
export const signed = ({ acme }: Scene, claims: object = {}, header: object = {}): string =>
  `Bearer ${forge({ ...acmeHeader, ...header }, { ...powerfulClaims(acme), ...claims }, es256(acme))}`;

/** Makes a token that anybody can make: acme's claims under another algorithm or key. */
export const forged = ({ acme }: Scene, header: object, signer: Signer) =>
  `Bearer ${forge({ ...acmeHeader, ...header }, powerfulClaims(acme), signer)}`;

export const tampered = (scene: Scene, part: 0 | 1 | 2, change: (bytes: Buffer) => Buffer) =>
  `Bearer ${tamper(signed(scene).slice('Bearer '.length), part, change)}`;

/** Signs a text that JSON.stringify would not write. */
export const written = ({ acme }: Scene, header: string, payload: string, signer = es256(acme)) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `Bearer ${input}.${encode(signer(input))}`;
};
