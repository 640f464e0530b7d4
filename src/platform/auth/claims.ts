import { errors, type JWTPayload } from 'jose';
import { isUuid } from '../ids.js';
import { type Caller, type Role, roles } from './caller.js';
import type { Realm } from './realms.js';

/**
 * Returns the caller that the claims of a verified token describe, limited to the roles and tenants that its realm
 * grants.
 * @throws JWTClaimValidationFailed if `sub` cannot be used as an identity
 */
export function callerFromClaims(claims: JWTPayload, realm: Realm): Caller {
  const claim = (path: string) => claimAt(claims, path);
  const granted = realm.grants ?? { roles, tenants: '*' as const };
  return {
    realm: realm.name,
    id: subject(claims),
    name: text(claim(realm.claims.name)),
    email: text(claim(realm.claims.email)),
    roles: granted.roles.filter((role: Role) => words(claim(realm.claims.roles)).includes(role)),
    tenants: words(claim(realm.claims.tenants))
      .map((id) => id.toLowerCase())
      .filter(isUuid)
      .filter((id) => granted.tenants === '*' || granted.tenants.includes(id)),
  };
}

/**
 * Returns a claim by its name or its path. The name takes precedence, because names may contain dots
 * (`https://example.com/roles`).
 */
function claimAt(claims: JWTPayload, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/**
 * Reads a list of strings, a space-separated string (like `scope` in RFC 8693), or the keys of an object (Zitadel's
 * roles).
 */
function words(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  if (Array.isArray(claim)) return claim.filter((item) => typeof item === 'string');
  return typeof claim === 'object' && claim !== null ? Object.keys(claim) : [];
}

/**
 * Returns the `sub` claim. It has at most 255 characters (OpenID Connect Core, section 2), and no control characters,
 * some of which PostgreSQL cannot store.
 */
function subject(claims: JWTPayload): string {
  const sub: unknown = claims.sub;
  if (typeof sub === 'string' && /^\P{C}{1,255}$/u.test(sub)) return sub;
  throw new errors.JWTClaimValidationFailed(
    '"sub" claim must be 1 to 255 characters without control characters',
    claims,
    'sub',
  );
}

/**
 * Cleans a name or an email address. The gateway shows and stores the text but never trusts it, so a long text is
 * truncated instead of rejected.
 */
function text(claim: unknown): string | null {
  if (typeof claim !== 'string') return null;
  return [...claim.replace(/\p{C}/gu, '')].slice(0, 255).join('') || null;
}
