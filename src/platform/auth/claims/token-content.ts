import { errors, type JWTPayload } from 'jose';
import { withLowerUuid } from '../../ids.js';
import { readable } from '../../readable.js';
import { type Identity, type Role, roles } from '../caller.js';
import type { Realm } from '../realms/realms-file.js';
import { type ClaimPath, claimAt } from './claim-path.js';
import { roleValues } from './role-values.js';
import { type TenantRoleValue, tenantRoleValues } from './tenant-role-values.js';
import { tenantValues } from './tenant-values.js';

/** A value of a claim, and what it means in the realm. */
export interface Reading<Meaning> {
  text: string;
  /** Undefined if the value does not count. */
  means?: Meaning;
  /** The reason why the value does not count. */
  fault?: string;
  /** Whether the value is a whole text whose parts count as well. */
  whole?: true | undefined;
  /** Whether the value is a whole text that may contain several values, which the realm does not separate. */
  isUnsplit?: true | undefined;
}

export interface TenantRole {
  /** The name of a tenant: its ID, or its external ID in the realm. */
  tenant: string;
  role: Role;
}

/** What a verified token says about its caller. The names of tenants are not resolved yet. */
export interface TokenContent extends Identity {
  /** The roles that hold in each tenant of `tenants`. */
  roles: Reading<Role>[];
  /** The names of tenants. */
  tenants: Reading<string>[];
  /** The roles that hold in one tenant each. */
  tenantRoles: Reading<TenantRole>[];
}

/**
 * Reads the claims of a verified token as its realm says.
 * @throws JWTClaimValidationFailed if `sub` cannot be used as an identity
 */
export function readContent(claims: JWTPayload, realm: Realm): TokenContent {
  const { claims: paths } = realm;
  const claim = (path: ClaimPath | undefined) => (path === undefined ? undefined : claimAt(claims, path));
  return {
    realm: realm.name,
    id: subject(claims),
    name: text(claim(paths.name)),
    email: text(claim(paths.email)),
    roles: roleValues(claim(paths.roles), realm).flatMap(({ text, fault, whole, isUnsplit }) => {
      const reading = fault ? { text, fault } : readRole(text, text, realm);
      return whole && reading.fault ? [] : withHint(reading, isUnsplit);
    }),
    tenants: tenantValues(claim(paths.tenants), realm).map(({ text, fault, whole, isUnsplit }) =>
      fault ? { text, fault } : { text, means: withLowerUuid(text), whole, isUnsplit },
    ),
    tenantRoles: tenantRoleValues(claim(paths.tenantRoles), realm).map((value) =>
      withHint('fault' in value ? value : readTenantRole(value, realm), value.isUnsplit),
    ),
  };
}

/** Adds why the values in a text do not count. */
const withHint = <M>(reading: Reading<M>, isUnsplit: true | undefined): Reading<M> =>
  isUnsplit && reading.fault
    ? { ...reading, fault: `${reading.fault}; only splitRoles separates several values in a text` }
    : reading;

type NamedTenantRole = Exclude<TenantRoleValue, { fault: string }>;

function readTenantRole(value: NamedTenantRole, realm: Realm): Reading<TenantRole> {
  const { text, tenant } = value;
  const { means: role, fault } =
    'mapped' in value ? granted(text, value.mapped, realm) : readRole(text, value.role, realm);
  if (!role) return { text, fault };
  return role === 'super_admin'
    ? { text, fault: 'is super_admin, which holds in every tenant and cannot be given in one' }
    : { text, means: { tenant: withLowerUuid(tenant), role } };
}

/** Reads a value as a role. If the realm has a `roleMap`, only what it names counts. */
function readRole(text: string, name: string, realm: Realm): Reading<Role> {
  const { roleMap } = realm;
  if (!roleMap) {
    const role = roles.find((known) => known === name);
    return role ? granted(text, role, realm) : { text, fault: `is not a role (${roles.join(', ')})` };
  }
  const role = Object.hasOwn(roleMap, name) ? roleMap[name] : undefined;
  return role ? granted(text, role, realm) : { text, fault: 'is not in roleMap' };
}

const granted = (text: string, role: Role, { grants }: Realm): Reading<Role> =>
  !grants || grants.roles.includes(role)
    ? { text, means: role }
    : { text, fault: `is the role ${role}, which is not in grants.roles` };

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
  return readable(claim, 255) || null;
}
