import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { isUuid } from '../ids.js';
import { type Caller, isSuperAdmin, type Role, roles } from './caller.js';
import { type ClaimPath, showPath } from './claims/claim-path.js';
import type { Reading, TokenContent } from './claims/token-content.js';
import type { Realm, RealmsFile } from './realms/realms-file.js';

/**
 * Finds the tenants that names in an access token refer to.
 * @param realm the name of the realm that issued the token
 * @returns the ID of the tenant, in lower case, for each name that is an external ID in this realm
 * @throws Error if the database is unavailable
 */
export type FindTenants = (realm: string, names: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Resolves the names of the tenants in a token. @throws Error if the database is unavailable */
export type ResolveCaller = (content: TokenContent, requestId: string) => Promise<Caller>;

/**
 * The time for which a gateway remembers what a name means, in milliseconds. It is shorter for a name without a meaning,
 * so that a new external ID works soon.
 */
const rememberedFor = { known: 5000, unknown: 1000 };

/** Creates the function that turns the content of a token into its caller. */
export function createResolveCaller(file: RealmsFile, find: FindTenants, log: Logger): ResolveCaller {
  const realms = new Map(file.realms.map((realm) => [realm.name, realm]));
  const known = new LRUCache<string, { id?: string }>({ max: 50_000, ttl: rememberedFor.known });

  async function idsOf(realm: string, names: readonly string[]): Promise<Map<string, string | undefined>> {
    const keyOf = (name: string) => `${realm}:${name}`;
    const remembered = names.map((name) => [name, known.get(keyOf(name))] as const);
    const ids = new Map(remembered.map(([name, entry]) => [name, entry?.id]));
    const unknown = remembered.flatMap(([name, entry]) => (entry ? [] : name));
    const found = unknown.length > 0 ? await find(realm, unknown) : new Map<string, string>();
    for (const name of unknown) {
      const id = found.get(name);
      ids.set(name, id);
      const ttl = id || isUuid(name) ? rememberedFor.known : rememberedFor.unknown;
      known.set(keyOf(name), { id }, { ttl });
    }
    return ids;
  }

  return async (content, requestId) => {
    const realm = realms.get(content.realm) as Realm;
    const ids = await idsOf(content.realm, namesIn(content));
    const caller = toCaller(content, (name) => tenantOf(name, ids.get(name), realm).means);
    const reason = whyPowerless(caller, content, realm);
    if (reason) log.info({ requestId, realm: realm.name, reason }, 'Access token allows nothing');
    return caller;
  };
}

/** Returns the names of tenants in a token. */
export function namesIn({ tenants, tenantRoles }: TokenContent): string[] {
  const names = [...tenants.map(({ means }) => means), ...tenantRoles.map(({ means }) => means?.tenant)];
  return [...new Set(names)].filter((name) => name !== undefined);
}

/**
 * Returns the tenant that a name means, as its realm grants it. An external ID takes precedence over the ID of a tenant.
 * @param id the tenant with this external ID in the realm
 */
export function tenantOf(name: string, id: string | undefined, { grants }: Realm): Reading<string> {
  const tenant = id ?? (isUuid(name) ? name.toLowerCase() : undefined);
  if (!tenant)
    return { text: name, fault: 'is no UUID, and no tenant has it as an external ID in this realm' };
  return !grants || grants.tenants === '*' || grants.tenants.includes(tenant)
    ? { text: name, means: tenant }
    : { text: name, fault: `is the tenant ${tenant}, which is not in grants.tenants` };
}

/** Returns the caller. @param tenantIdOf returns the ID of the tenant that a name means */
export function toCaller(content: TokenContent, tenantIdOf: (name: string) => string | undefined): Caller {
  const everywhere = content.roles.flatMap(({ means }) => means ?? []);
  const held = new Map<string, Set<Role>>();
  const add = (name: string, given: readonly Role[]) => {
    const id = tenantIdOf(name);
    if (id) held.set(id, new Set([...(held.get(id) ?? []), ...given]));
  };
  // super_admin is not a role in a tenant: it holds in every tenant.
  const inTenants = everywhere.filter((role) => role !== 'super_admin');
  for (const { means } of content.tenants) if (means !== undefined) add(means, inTenants);
  for (const { means } of content.tenantRoles) if (means) add(means.tenant, [means.role]);
  const { realm, id, name, email } = content;
  return {
    ...{ realm, id, name, email },
    roles: byPower([...everywhere, ...[...held.values()].flatMap((given) => [...given])]),
    tenants: new Map([...held].map(([tenant, given]) => [tenant, byPower([...given])])),
  };
}

const byPower = (given: readonly Role[]) => roles.filter((role) => given.includes(role));

/** Returns why a caller may do nothing in any tenant, without the values of claims. */
function whyPowerless(
  caller: Caller,
  { tenants, tenantRoles }: TokenContent,
  realm: Realm,
): string | undefined {
  if (isSuperAdmin(caller)) return undefined;
  const { claims } = realm;
  const at = (...paths: (ClaimPath | undefined)[]) =>
    paths.flatMap((path) => (path === undefined ? [] : showPath(path))).join(' and ');
  if (caller.roles.length === 0) return `the token has no role in ${at(claims.roles, claims.tenantRoles)}`;
  if ([...caller.tenants.values()].some((given) => given.length > 0)) return undefined;
  return tenants.length + tenantRoles.length === 0
    ? `the token names no tenant in ${at(claims.tenants, claims.tenantRoles)}`
    : `the token names no tenant that exists or that the realm grants`;
}
