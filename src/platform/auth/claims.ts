import { errors, type JWTPayload } from 'jose';
import { isUuid } from '../ids.js';
import { type Caller, type Role, roles } from './caller.js';
import type { Realm } from './realms.js';

/**
 * What a verified token says, within what its realm grants.
 * @throws JWTClaimValidationFailed when `sub` is not usable as an identity
 */
export function callerFromClaims(claims: JWTPayload, realm: Realm): Caller {
  const at = (path: string) => claimAt(claims, path);
  const granted = realm.grants ?? { roles, tenants: '*' as const };
  return {
    realm: realm.name,
    id: subject(claims),
    name: text(at(realm.claims.name)),
    email: text(at(realm.claims.email)),
    roles: granted.roles.filter((role: Role) => words(at(realm.claims.roles)).includes(role)),
    tenants: words(at(realm.claims.tenants))
      .map((id) => id.toLowerCase())
      .filter(isUuid)
      .filter((id) => granted.tenants === '*' || granted.tenants.includes(id)),
  };
}

/** A claim by its own name first, since names may hold dots (`https://example.com/roles`), then by path. */
function claimAt(claims: JWTPayload, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A list of strings, a space-separated string (as `scope` in RFC 8693), or an object's keys (Zitadel's roles). */
function words(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  if (Array.isArray(claim)) return claim.filter((item) => typeof item === 'string');
  return typeof claim === 'object' && claim !== null ? Object.keys(claim) : [];
}

/** OpenID Connect Core, section 2: at most 255 characters. Control characters would not survive storage. */
function subject(claims: JWTPayload): string {
  const sub: unknown = claims.sub;
  if (typeof sub === 'string' && /^\P{C}{1,255}$/u.test(sub)) return sub;
  throw new errors.JWTClaimValidationFailed('"sub" claim cannot be an identity', claims, 'sub');
}

/** Names are shown and stored, never trusted: cleaned and cut rather than refused. */
function text(claim: unknown): string | null {
  if (typeof claim !== 'string') return null;
  return [...claim.replace(/\p{C}/gu, '')].slice(0, 255).join('') || null;
}
