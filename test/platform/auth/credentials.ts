import { createPublicKey } from 'node:crypto';
import type { Issuer } from '../../harness/issuer.js';
import { encode, es256, forge, powerfulClaims, type Signer, tamper } from './forge.js';

export interface Scene {
  /** The default realm. */
  acme: Issuer;
  partner: Issuer;
  /** An issuer that no realm trusts, with its keys at `keyUrl`. */
  mallory: Issuer;
  keyUrl: string;
}

/** Makes the value of an authorization header, or several headers. */
export type Credentials = (scene: Scene) => string | Record<string, string> | Promise<string>;

export const acmeHeader = { alg: 'ES256', kid: 'acme-key', typ: 'JWT' };
export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
export const publicJwk = ({ acme }: Scene) => acme.jwks.keys[0] ?? {};
export const publicPem = (scene: Scene) =>
  createPublicKey({ key: publicJwk(scene), format: 'jwk' })
    .export({ format: 'pem', type: 'spki' })
    .toString();

/** Signs a token with acme's own key, with other claims or other fields in its header. */
export const signed = ({ acme }: Scene, claims: object = {}, header: object = {}): string =>
  `Bearer ${forge({ ...acmeHeader, ...header }, { ...powerfulClaims(acme), ...claims }, es256(acme))}`;

/** Creates a token as an attacker can, with acme's claims under another algorithm or key. */
export const forged = ({ acme }: Scene, header: object, signer: Signer) =>
  `Bearer ${forge({ ...acmeHeader, ...header }, powerfulClaims(acme), signer)}`;

export const tampered = (scene: Scene, part: 0 | 1 | 2, change: (bytes: Buffer) => Buffer) =>
  `Bearer ${tamper(signed(scene).slice('Bearer '.length), part, change)}`;

/** Signs a header and a payload that are given as texts, which JSON.stringify would not write. */
export const written = ({ acme }: Scene, header: string, payload: string, signer = es256(acme)) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `Bearer ${input}.${encode(signer(input))}`;
};
