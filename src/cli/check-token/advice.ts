import { claimAt, showPath } from '../../platform/auth/claims/claim-path.js';
import { describe } from '../../platform/auth/claims/claim-values.js';
import { issuersOf } from '../../platform/auth/realms/issuers.js';
import type { Realm } from '../../platform/auth/realms/realms-file.js';
import type { CheckName, Token } from '../../platform/auth/token-checks.js';
import { timeOf } from './examine.js';

/** What the report says about a check. */
interface CheckText {
  /** What the token has. @param fault why the token does not pass */
  found(token: Token, realm: Realm, fault?: string): string;
  /** What to change if the token does not pass. */
  advice(token: Token, realm: Realm, fault: string): string;
}

/** Returns a claim as text. A list or an object can be nested too deeply for JSON.stringify. */
export const show = (value: unknown): string =>
  Array.isArray(value)
    ? value.slice(0, 10).map(showItem).join(', ')
    : value === undefined
      ? 'none'
      : showItem(value);

const showItem = (value: unknown): string => {
  const text = typeof value === 'string' ? value : describe(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

const issuerAdvice = (realm: Realm) =>
  `The realm ${realm.name} has the issuer ${issuersOf(realm).join(' or ')}. They must be equal, including a slash at the ` +
  'end. Correct issuer in the realms file, or name another realm with --realm.';

/** The texts of the checks, by the names of the checks. */
export const checkTexts: Readonly<Record<CheckName | 'Time' | 'Subject' | 'Key', CheckText>> = {
  Issuer: {
    found: ({ claims }) => show(claims.iss),
    advice: (_token, realm, fault) => {
      if (fault.includes('issuerTenants'))
        return `Add the tenant to issuerTenants of the realm ${realm.name} if its administrators may use the gateway.`;
      if (fault.includes('tid'))
        return 'Such a token is not from the identity provider that the realm expects.';
      return issuerAdvice(realm);
    },
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
  Subject: {
    found: ({ claims }) => show(claims.sub),
    advice: () =>
      'Let the identity provider add a subject that never changes. In Keycloak, the client needs the client scope basic.',
  },
  Key: {
    found: ({ header: { kid, alg } }) => `${show(kid ?? 'no key ID')}, ${show(alg)}`,
    advice: ({ header: { alg } }, realm) =>
      realm.algorithms.some((allowed) => allowed === alg)
        ? `The keys come from ${keySource(realm)}. Check that the token is from this identity provider and not from ` +
          'another environment of it, and that this machine can read the keys.'
        : `The realm accepts ${realm.algorithms.join(', ')}. Let the identity provider sign with one of them. A shared ` +
          'secret (HS256) does not work.',
  },
};

const keySource = ({ jwks, jwksUri, issuer }: Realm) =>
  jwks ? 'jwks in the realms file' : (jwksUri ?? `the discovery document of ${issuer}`);
