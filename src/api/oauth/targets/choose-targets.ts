import type { ReservedAudiences } from '../../../features/audiences/audience.rules.js';
import { isUriText, keysOf, uriKey } from '../../../features/audiences/audience-uri.js';
import type { FindAudience } from '../../../features/audiences/find-audiences.js';
import type { Credential } from '../../../features/service-accounts/sign-in/credential.js';
import { OAuthError } from '../oauth-error.js';
import { readScope } from './read-scope.js';

/** For whom an access token is, and what it allows there. */
export interface Target {
  /** The `aud` claim. */
  audience: string | string[];
  /** The `scope` claim. Empty if the account has no permissions. */
  scope: string;
}

/**
 * Chooses the audiences and the scope of an access token, whatever the grant type.
 * @param resources the audiences that the request names (RFC 8707, section 2); none for the default audience
 * @param scope the scope that the request names; undefined for all permissions of the account
 * @throws OAuthError invalid_target or invalid_scope
 */
export type ChooseTargets = (
  resources: readonly string[],
  scope: string | undefined,
  client: Pick<Credential, 'tenantId' | 'permissions'>,
) => Promise<Target>;

/** An audience, and the rule which permissions it knows. */
interface Audience {
  uri: string;
  knows: (permission: string) => boolean;
}

/**
 * Creates the function that chooses the audiences and the scope of access tokens. It issues none for an audience that a
 * realm accepts, even if the catalog contains it because the realm is newer.
 */
export function createTargetChoice(
  { defaultAudience, ofRealms }: Omit<ReservedAudiences, 'issuer'>,
  find: FindAudience,
): ChooseTargets {
  const byDefault: Audience = { uri: defaultAudience, knows: () => true };
  const defaultKey = uriKey(defaultAudience);
  const realmKeys = new Set(ofRealms.flatMap(keysOf));

  async function audienceOf(key: string, { tenantId, permissions }: Parameters<ChooseTargets>[2]) {
    if (key === defaultKey) return byDefault;
    const found = realmKeys.has(key) ? undefined : await find(tenantId, key);
    const known = new Set(found?.permissions);
    // The response about an audience is the same whether it is unknown, belongs to another tenant, or is of no use.
    if (!found || !permissions.some((name) => known.has(name))) throw invalidTarget();
    return { uri: found.uri, knows: (name: string) => known.has(name) };
  }

  return async (resources, scope, client) => {
    // A text that cannot be in the catalog needs no query. PostgreSQL would not accept NUL, for example.
    if (!resources.every(isUriText)) throw invalidTarget();
    const keys = [...new Set(resources.map(uriKey))];
    const audiences = await Promise.all(keys.map((key) => audienceOf(key, client)));
    const requested = readScope(scope, client.permissions);
    const [first = byDefault, ...others] = audiences;
    const named = [first, ...others];
    const names = requested.filter((name) => named.some(({ knows }) => knows(name)));
    if (scope !== undefined && names.length === 0) throw nothingKnown();
    return {
      audience: others.length === 0 ? first.uri : named.map(({ uri }) => uri),
      scope: names.join(' '),
    };
  };
}

const invalidTarget = () =>
  new OAuthError(
    400,
    'invalid_target',
    'each resource must be an audience for which the service account can get access tokens, or the default audience',
  );

const nothingKnown = () =>
  new OAuthError(400, 'invalid_scope', 'the resource knows none of the permissions in scope');
