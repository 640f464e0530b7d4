import { claimAt, showPath } from '../../platform/auth/claims/claim-path.js';
import { issuersOf } from '../../platform/auth/realms/issuers.js';
import type { Realm } from '../../platform/auth/realms/realms-file.js';
import type { CheckName, Token } from '../../platform/auth/token-checks.js';
import { timeOf } from './examine.js';

/** What the report says about a check. */
interface CheckText {
  /** What the token has. @param fault why the token does not pass */
  found(token: Token, realm: Realm, fault?: string): string;
  /** What to change if the token does not pass. */
  advice(token: Token, realm: Realm): string;
}

/** Returns a claim as text. A report has no control characters, which could change what the terminal shows. */
export const show = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
  return shortened(text.replace(/\p{C}/gu, '?'));
};

const shortened = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** The texts of the checks, by the names of the checks. */
export const checkTexts: Readonly<Record<CheckName | 'Time' | 'Key', CheckText>> = {
  Issuer: {
    found: ({ claims }) => show(claims.iss),
    advice: (_token, realm) =>
      `The realm ${realm.name} has the issuer ${issuersOf(realm).join(' or ')}. They must be equal, including a slash at ` +
      'the end. Correct issuer in the realms file, or name another realm with --realm.',
  },
  Type: {
    found: ({ header }) => show(header.typ ?? 'none, which counts as JWT'),
    advice: () => 'Send an access token, not another kind of token.',
  },
  Audience: {
    found: ({ claims }, { audienceClaim }) => show(claimAt(claims, audienceClaim)),
    advice: (_token, { audience, audienceClaim }) =>
      `The realm accepts ${audience.join(', ')} in the claim ${showPath(audienceClaim)}. Request a token for this ` +
      'audience from the identity provider, or add the audience of the token to audience in the realms file.',
  },
  'Required claims': {
    found: ({ claims }, { requiredClaims }) =>
      Object.keys(requiredClaims)
        .map((path) => `${path}: ${show(claimAt(claims, path))}`)
        .join(', ') || 'none are required',
    advice: (_token, { requiredClaims }) =>
      `The realm requires ${JSON.stringify(requiredClaims)}. Send a token that has these claims, or correct ` +
      'requiredClaims in the realms file.',
  },
  Kind: {
    found: (_token, _realm, fault) => (fault ? 'ID token' : 'access token'),
    advice: () =>
      'Let the app send its access token instead. If the identity provider issues no access tokens that are JWTs, set ' +
      'acceptIdTokens to true in the realms file.',
  },
  Time: {
    found: ({ claims: { exp } }) => `expires ${timeOf(exp)}`,
    advice: () => 'Get a new token. If it is new, compare the clocks of the two machines.',
  },
  Key: {
    found: ({ header: { kid, alg } }) => `${show(kid ?? 'no key ID')}, ${show(alg)}`,
    advice: (_token, { jwks, jwksUri, issuer, algorithms }) =>
      `The keys come from ${jwks ? 'jwks in the realms file' : (jwksUri ?? `the discovery document of ${issuer}`)}, and the ` +
      `algorithms are ${algorithms.join(', ')}. Check that the token is from this identity provider, and that this machine can read its keys.`,
  },
};
