import { maxHeaderSize } from 'node:http';
import { decodeJwt, decodeProtectedHeader, errors } from 'jose';
import { pino } from 'pino';
import { createAuthentication, type Trust } from '../../platform/auth/authenticate.js';
import { readContent, type TokenContent } from '../../platform/auth/claims/token-content.js';
import { clockTolerance, identify } from '../../platform/auth/identify.js';
import { createKeysOf } from '../../platform/auth/keys/keys-of.js';
import type { Realm } from '../../platform/auth/realms/realms-file.js';
import { type CheckName, issuerFault, type Token, tokenChecks } from '../../platform/auth/token-checks.js';
import { AppError } from '../../platform/errors.js';
import { StartError } from '../../platform/start-error.js';
import { realmToCompare } from './realm-to-compare.js';

/** The outcome of a check. Without a fault, the token passes the check. */
interface Outcome {
  name: CheckName | 'Realm' | 'Time' | 'Subject' | 'Key';
  fault?: string;
  isUnchecked?: true;
}

/** Why the gateway does not accept a token. */
interface Rejection {
  reason: string;
  status: 401 | 431 | 503;
}

/** Everything that the gateway makes of a token. */
export interface Examination {
  token: Token;
  /** Undefined if no realm fits the token. */
  realm: Realm | undefined;
  /** Why the gateway uses this realm. */
  realmReason: string;
  /** Undefined if the gateway accepts the token. */
  rejection: Rejection | undefined;
  outcomes: Outcome[];
  /** Undefined if there is no realm, or if the subject of the token cannot be used. */
  content: TokenContent | undefined;
}

/**
 * Examines a token as the gateway does, but does not stop at the first fault.
 * @param realmName the value of the `realmname` header
 * @throws StartError if the text is not a JWT
 */
export async function examine(
  text: string,
  realmName: string | undefined,
  trust: Trust,
): Promise<Examination> {
  const token = decoded(text);
  const comparison = realmToCompare(trust.realms, realmName, token.claims.iss);
  const rejection = await rejectionOf(text, realmName, trust);
  const isOwn = token.claims.iss === trust.ownIssuer;
  // A token of a service account has no realm. The checks of a realm would only mislead.
  if (!comparison.realm || isOwn) {
    const fault = isOwn || comparison.realm ? rejection?.reason : comparison.fault;
    const outcomes: Outcome[] = [{ name: 'Realm', fault }];
    return { token, realm: undefined, realmReason: '', rejection, outcomes, content: undefined };
  }
  const { realm, reason } = comparison;
  const outcomes: Outcome[] = tokenChecks.map(({ name, fault }) => ({ name, fault: fault(token, realm) }));
  const { content, fault: subjectFault } = contentOf(token, realm);
  const isForeign = issuerFault(token.claims, realm) !== undefined;
  outcomes.push(
    { name: 'Time', fault: timeFault(token) },
    { name: 'Subject', fault: subjectFault },
    // The keys of another issuer say nothing about the token.
    isForeign
      ? { name: 'Key', isUnchecked: true }
      : { name: 'Key', fault: await keyFault(text, realm, trust.production) },
  );
  return { token, realm, realmReason: reason, rejection, outcomes, content };
}

function decoded(text: string): Token {
  try {
    return { header: decodeProtectedHeader(text) as Token['header'], claims: decodeJwt(text) };
  } catch (error) {
    throw new StartError(
      `This is not a whole signed JWT: ${(error as Error).message}. Give only the value of access_token. An opaque or ` +
        'encrypted access token does not work: configure the identity provider to issue JWTs.',
    );
  }
}

/** Asks the code of the gateway, so that the result cannot differ. */
async function rejectionOf(
  text: string,
  realmName: string | undefined,
  trust: Trust,
): Promise<Rejection | undefined> {
  if (text.length > maxHeaderSize)
    return {
      reason: `the URL and all headers can have at most ${maxHeaderSize} bytes together`,
      status: 431,
    };
  const { authenticate } = createAuthentication(trust, pino({ level: 'silent' }));
  try {
    await authenticate({ requestId: '', authorization: `Bearer ${text}`, realmName });
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === 'SERVICE_UNAVAILABLE'
      ? { reason: 'the keys of the realm cannot be read', status: 503 }
      : { reason: String(error.details?.reason), status: 401 };
  }
}

function timeFault({ claims }: Token): string | undefined {
  const { exp, nbf } = claims;
  const now = Date.now() / 1000;
  if (exp === undefined) return 'the token has no "exp" claim with the time of its expiry';
  const wrong = (['exp', 'nbf', 'iat'] as const).find(
    (name) => claims[name] !== undefined && !Number.isFinite(claims[name]),
  );
  if (wrong) return `the "${wrong}" claim must be a number`;
  if (exp + clockTolerance <= now) return `the token has expired; it is ${timeOf(now)} now`;
  return typeof nbf === 'number' && nbf - clockTolerance > now
    ? `the token is not valid before ${timeOf(nbf)}; it is ${timeOf(now)} now`
    : undefined;
}

/** Returns a time of a claim, in seconds since 1970, as text. */
export const timeOf = (seconds: unknown): string =>
  typeof seconds === 'number' && Math.abs(seconds) < 1e11
    ? new Date(seconds * 1000).toISOString().replace(/\.\d+/, '')
    : 'unknown';

/** Verifies the signature. jose checks the claims only afterward. */
async function keyFault(text: string, realm: Realm, production: boolean): Promise<string | undefined> {
  let unreadable: string | undefined;
  const log = pino({ level: 'warn' }, { write: (line) => (unreadable = describeLine(JSON.parse(line))) });
  try {
    await identify(text, realm, createKeysOf('realm', realm, production, log));
    return undefined;
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
      return undefined;
    return unreadable ?? (error as Error).message;
  }
}

const describeLine = ({ msg, url, reason }: Record<string, string>) =>
  [msg, url, reason].filter(Boolean).join(': ');

function contentOf({ claims }: Token, realm: Realm): { content?: TokenContent; fault?: string } {
  try {
    return { content: readContent(claims, realm) };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}
