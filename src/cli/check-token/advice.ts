import { claimAt, showPath } from '../../platform/auth/claims/claim-path.js';
import { issuersOf } from '../../platform/auth/realms/issuers.js';
import type { Realm } from '../../platform/auth/realms/realms-file.js';
import type { CheckName, Token } from '../../platform/auth/token-checks.js';
import { claimWithAudience } from './claim-hints.js';
import { timeOf } from './examine.js';
import { show, showJson } from './show.js';

/** What the report says about a check. */
interface CheckText {
  /** What the token has. @param fault why the token does not pass */
  found(token: Token, realm: Realm, fault?: string): string;
  /** What to change if the token does not pass. */
  advice(token: Token, realm: Realm, fault: string): string;
}

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
    advice: ({ header }) =>
      `${header.typ}`.startsWith('application/okta-internal')
        ? 'Okta issues such tokens for itself. Use a custom authorization server of Okta.'
        : 'Send an access token, not another kind of token.',
  },
  Audience: {
    found: ({ claims }, { audienceClaim }) => show(claimAt(claims, audienceClaim)),
    advice: ({ claims }, realm) => {
      const { audience, audienceClaim } = realm;
      const other = claimWithAudience(claims, realm);
      const accepted = `The realm accepts ${audience.join(', ')} in the claim ${showPath(audienceClaim)}.`;
      if (claimAt(claims, audienceClaim) !== undefined)
        return `${accepted} Request a token for this audience from the identity provider, or add the audience of the token to audience in the realms file.`;
      return other
        ? `${accepted} The claim ${show(other)} contains it: set audienceClaim to ${show(other)} in the realms file.`
        : `${accepted} Let the identity provider add it, or set audienceClaim in the realms file to the claim that contains the audience.`;
    },
  },
  'Required claims': {
    found: ({ claims }, { requiredClaims }) =>
      Object.keys(requiredClaims)
        .map((path) => `${path}: ${showJson(claimAt(claims, path))}`)
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
    advice: (_token, _realm, fault) =>
      fault.includes('claim')
        ? 'Let the identity provider issue access tokens that have these claims as numbers (RFC 7519, section 4.1).'
        : 'Get a new token. If it is new, compare the clocks of the two machines.',
  },
  Subject: {
    found: ({ claims }) => show(claims.sub),
    advice: () =>
      'Let the identity provider add a subject, a text that never changes. In Keycloak, the client needs the client scope basic.',
  },
  Key: {
    found: ({ header: { kid, alg } }) => `${show(kid ?? 'no key ID')}, ${show(alg)}`,
    advice: ({ header: { alg } }, realm, fault) => {
      if (fault.startsWith('Keys of the realm cannot be read'))
        return `The keys come from ${keySource(realm)}. Request this URL from this machine to see what is wrong.`;
      return realm.algorithms.some((allowed) => allowed === alg)
        ? `The keys come from ${keySource(realm)}. Check that the token is from this identity provider and not from ` +
            'another environment of it.'
        : `The realm accepts ${realm.algorithms.join(', ')}. Let the identity provider sign with one of them. A shared ` +
            'secret (HS256) does not work.';
    },
  },
};

const keySource = ({ jwks, jwksUri, issuer }: Realm) =>
  jwks ? 'jwks in the realms file' : (jwksUri ?? `the discovery document of ${issuer}`);
