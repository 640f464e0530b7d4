import { errors, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { claimAt, showPath } from './claims/claim-path.js';
import { fitsTemplate, issuerFor, issuersOf, isTemplate } from './realms/issuers.js';
import type { Realm } from './realms/realms-file.js';

/** A token whose claims are checked. */
export interface Token {
  header: JWTHeaderParameters;
  claims: JWTPayload;
}

/** A check of a token, with its name for people. It returns the reason to reject the token. */
interface TokenCheck {
  name: string;
  fault(token: Token, realm: Realm): string | undefined;
}

/**
 * The checks of a token in addition to those of jose, which checks the signature, the algorithm, `exp` and `nbf`. The
 * wording is that of jose, as the documentation lists it.
 */
export const tokenChecks = [
  { name: 'Issuer', fault: ({ claims }, realm) => issuerFault(claims, realm) },
  { name: 'Type', fault: ({ header }) => typeFault(header) },
  {
    name: 'Kind',
    fault: (token, { acceptIdTokens }) => (acceptIdTokens ? undefined : idTokenFault(token)),
  },
  { name: 'Audience', fault: ({ claims }, realm) => audienceFault(claims, realm) },
  { name: 'Required claims', fault: ({ claims }, realm) => requiredClaimFault(claims, realm) },
] as const satisfies readonly TokenCheck[];

export type CheckName = (typeof tokenChecks)[number]['name'];

/** Throws the first fault of a token. @throws JWTClaimValidationFailed */
export function checkToken(token: Token, realm: Realm): void {
  for (const { fault } of tokenChecks) {
    const reason = fault(token, realm);
    if (reason) throw new errors.JWTClaimValidationFailed(reason, token.claims);
  }
}

/** With an issuer for several tenants of the identity provider, `tid` must be the tenant that the issuer names. */
export function issuerFault({ iss, tid }: JWTPayload, realm: Realm): string | undefined {
  if (iss === undefined) return 'missing required "iss" claim';
  if (!issuersOf(realm).includes(iss))
    return fitsTemplate(realm.issuer, iss)
      ? 'the tenant in the "iss" claim is not in issuerTenants of the realm'
      : 'unexpected "iss" claim value';
  return isTemplate(realm.issuer) && !(typeof tid === 'string' && issuerFor(realm.issuer, tid) === iss)
    ? '"tid" claim must be the tenant that the "iss" claim names'
    : undefined;
}

/** An access token has the type JWT or at+jwt, and not for example `logout+jwt` (RFC 8725, section 3.11). */
const typeFault = ({ typ = 'JWT' }: JWTHeaderParameters) =>
  /^(application\/)?(at\+)?jwt$/i.test(typ) ? undefined : '"typ" header must be JWT or at+jwt';

/** The claim is a string or a list of strings (RFC 7519, section 4.1.3). */
function audienceFault(claims: JWTPayload, { audience, audienceClaim }: Realm): string | undefined {
  const claim = claimAt(claims, audienceClaim);
  if (claim === undefined) return `missing required "${showPath(audienceClaim)}" claim`;
  return [claim].flat().some((value) => audience.includes(value as string))
    ? undefined
    : `unexpected "${showPath(audienceClaim)}" claim value`;
}

function requiredClaimFault(claims: JWTPayload, { requiredClaims }: Realm): string | undefined {
  const broken = Object.entries(requiredClaims).find(([path, value]) => claimAt(claims, path) !== value);
  if (!broken) return undefined;
  const [path] = broken;
  return claimAt(claims, path) === undefined
    ? `missing required "${path}" claim`
    : `unexpected "${path}" claim value, which the realm requires`;
}

/**
 * An ID token is for the app in which the person signed in, and not for this API (OpenID Connect Core 1.0, section 2).
 * Keycloak and Amazon Cognito say what a token is. Versions of Keycloak before 25 copied the nonce into access tokens.
 */
function idTokenFault({ header, claims }: Token): string | undefined {
  const { typ, token_use, nonce, at_hash, c_hash } = claims;
  const isAccessToken = /at\+jwt$/i.test(header.typ ?? '') || typ === 'Bearer' || token_use === 'access';
  const isIdToken =
    typ === 'ID' ||
    token_use === 'id' ||
    at_hash !== undefined ||
    c_hash !== undefined ||
    nonce !== undefined;
  return isIdToken && !isAccessToken
    ? 'the token is an ID token, which is for the app that requested it; send the access token'
    : undefined;
}
