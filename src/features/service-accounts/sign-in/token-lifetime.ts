import type { Credential } from './credential.js';

/**
 * Returns the lifetime of a new access token in seconds: that of the account or the default, at most that of the
 * tenant. A token must expire no later than its account, because APIs check tokens offline.
 * @param defaultSeconds the lifetime if the account has none
 */
export function lifetimeOf(
  { tokenLifetime, maxTokenLifetime, expiresAt }: Credential,
  defaultSeconds: number,
): number {
  const wanted = tokenLifetime ?? defaultSeconds;
  const lifetime = Math.min(wanted, maxTokenLifetime ?? wanted);
  if (expiresAt === null) return lifetime;
  return Math.max(1, Math.min(lifetime, Math.floor((expiresAt - Date.now()) / 1000)));
}
