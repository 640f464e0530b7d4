import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { atMost } from '../cache-size.js';
import { isUuid } from '../ids.js';
import { once } from '../once.js';
import { type Caller, isSuperAdmin, type Role, roles, type TenantRoles } from './caller.js';
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

/**
 * Returns the caller that a token describes.
 * @param inTurn runs work with the database when it is the caller's turn
 */
export type ResolveCaller = (content: TokenContent, requestId: string, inTurn: InTurn) => Caller;

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The time for which a gateway remembers what a name means, in milliseconds. It is shorter for a name that is no external
 * ID, so that a new one works soon.
 */
const rememberedFor = { known: 5000, unknown: 1000 };

/** The maximum length of an external ID, which is 255 characters, in UTF-16 code units. A longer name cannot be one. */
const longestName = 2 * 255;

/** Creates the function that turns the content of a token into its caller. */
export function createResolveCaller(file: RealmsFile, find: FindTenants, log: Logger): ResolveCaller {
  const realms = new Map(file.realms.map((realm) => [realm.name, realm]));
  const known = new LRUCache<string, { id?: string }>({ ...atMost(20_000), ttl: rememberedFor.known });

  async function idsOf(
    realm: string,
    names: readonly string[],
    inTurn: InTurn,
  ): Promise<Map<string, string | undefined>> {
    const keyOf = (name: string) => `${realm}:${name}`;
    const remembered = names.map((name) => [name, known.get(keyOf(name))] as const);
    const ids = new Map(remembered.map(([name, entry]) => [name, entry?.id]));
    const unknown = remembered.flatMap(([name, entry]) => (entry ? [] : name));
    const found = unknown.length > 0 ? await inTurn(() => find(realm, unknown)) : new Map<string, string>();
    for (const name of unknown) {
      const id = found.get(name);
      ids.set(name, id);
      const ttl = id ? rememberedFor.known : rememberedFor.unknown;
      known.set(keyOf(name), { id }, { ttl });
    }
    return ids;
  }

  return (content, requestId, inTurn) => {
    const realm = realms.get(content.realm) as Realm;
    const { id, name, email } = content;
    const roles = rolesOf(content);
    const logReason = (reason: string) =>
      log.info({ requestId, realm: realm.name, reason }, 'Access token allows nothing');
    const reason = whyPowerless(content, realm);
    if (reason) logReason(reason);

    const tenantRoles = once(async () => {
      const ids = await idsOf(content.realm, namesIn(content), inTurn);
      const held = tenantRolesOf(content, (name) => tenantOf(name, ids.get(name), realm).means);
      const isPowerful = isSuperAdmin({ roles }) || [...held.values()].some(({ length }) => length > 0);
      if (!reason && !isPowerful) logReason('the token names no tenant that counts in its realm');
      return held;
    });
    return { realm: realm.name, id, name, email, roles, tenantRoles };
  };
}

/** Returns the names of tenants in a token. */
export function namesIn({ tenants, tenantRoles }: TokenContent): string[] {
  const names = [...tenants.map(({ means }) => means), ...tenantRoles.map(({ means }) => means?.tenant)];
  return [...new Set(names)].filter(
    (name): name is string => name !== undefined && name.length <= longestName,
  );
}

/**
 * Returns the tenant that a name means, as its realm grants it. An external ID takes precedence over the ID of a tenant.
 * @param id the tenant with this external ID in the realm
 */
export function tenantOf(name: string, id: string | undefined, realm: Realm): Reading<string> {
  const { grants, externalIdsOnly } = realm;
  const tenant = id ?? (isUuid(name) && !externalIdsOnly ? name : undefined);
  if (!tenant) return { text: name, fault: whyUnknown(name, realm) };
  return !grants || grants.tenants === '*' || grants.tenants.includes(tenant)
    ? { text: name, means: tenant }
    : { text: name, fault: `is the tenant ${tenant}, which is not in grants.tenants` };
}

function whyUnknown(name: string, { externalIdsOnly }: Realm): string {
  const fault = 'is not an external ID of a tenant in this realm';
  return isUuid(name) && externalIdsOnly
    ? `${fault}, and externalIdsOnly excludes the IDs of tenants`
    : `${fault}, and not the UUID of a tenant`;
}

/** Returns the roles that a token gives anywhere. */
export const rolesOf = ({ roles, tenantRoles }: TokenContent): Role[] =>
  byPower([...roles.map(({ means }) => means), ...tenantRoles.map(({ means }) => means?.role)]);

/**
 * Returns the roles that a token gives in each tenant that it names, which may be none.
 * @param tenantIdOf returns the ID of the tenant that a name means
 */
export function tenantRolesOf(
  { roles, tenants, tenantRoles }: TokenContent,
  tenantIdOf: (name: string) => string | undefined,
): TenantRoles {
  const held = new Map<string, Role[]>();
  const add = (name: string | undefined, given: readonly (Role | undefined)[]) => {
    const id = name === undefined ? undefined : tenantIdOf(name);
    if (id) held.set(id, byPower([...(held.get(id) ?? []), ...given]));
  };
  const inAll = byPower(roles.map(({ means }) => means));
  for (const name of new Set(tenants.map(({ means }) => means))) add(name, inAll);
  for (const { means } of tenantRoles) add(means?.tenant, [means?.role]);
  return held;
}

const byPower = (given: readonly (Role | undefined)[]) => roles.filter((role) => given.includes(role));

/** Returns why a token allows nothing in any tenant, without the values of claims. */
function whyPowerless(content: TokenContent, { claims }: Realm): string | undefined {
  const held = rolesOf(content);
  const at = (...paths: (ClaimPath | undefined)[]) =>
    [...new Set(paths.flatMap((path) => (path === undefined ? [] : showPath(path))))].join(' or ');
  if (held.length === 0) return `the token has no role in ${at(claims.roles, claims.tenantRoles)}`;
  return isSuperAdmin({ roles: held }) || namesIn(content).length > 0
    ? undefined
    : `the token names no tenant in ${at(claims.tenants, claims.tenantRoles)}`;
}
