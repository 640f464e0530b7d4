import { z } from 'zod';
import { invalidField } from '../../platform/errors.js';
import { isUuid } from '../../platform/ids.js';
import { line } from '../../platform/input-rules.js';
import { isPermissionName } from '../permissions/permission.rules.js';
import { findUriFault, isUriText, keysOf, uriKey } from './audience-uri.js';

const maxPermissions = 100;

/** The rules for an audience in the catalog. `requireFreeUri` also checks the URI. */
export const audienceRules = z.object({
  uri: z.string().check(({ value, issues }) => {
    const message = findUriFault(value);
    if (message) issues.push({ code: 'custom', input: value, message });
  }),
  name: line(1, 100),
  permissions: z
    .array(z.string())
    .min(1, 'must contain at least one entry')
    .max(maxPermissions, `must contain at most ${maxPermissions} entries`)
    .refine(
      (names) => names.every(isPermissionName),
      'must contain only names of the form resource:action, such as api:read',
    )
    .refine((names) => new Set(names).size === names.length, 'must not contain an entry twice'),
  tenantId: z.string().refine(isUuid, 'must be a UUID').nullish(),
});

/** The audiences that the catalog must not contain, because they have a meaning of another kind. */
export interface ReservedAudiences {
  /** The issuer of access tokens. The URLs of the OAuth 2.0 endpoints are below it. */
  issuer: string;
  /** The audience of access tokens for which a request names none. It knows all permissions. */
  defaultAudience: string;
  /** The audiences that realms accept. With a machine's token for one of them, the machine could pass as a person. */
  ofRealms: readonly string[];
}

/** Requires that a URI is none of the reserved audiences. @throws AppError BAD_USER_INPUT */
export function requireFreeUri(uri: string, { issuer, defaultAudience, ofRealms }: ReservedAudiences): void {
  const key = uriKey(uri);
  const isOAuth = key === issuer || key.startsWith(`${issuer}/`) || key.startsWith(`${issuer}?`);
  if (ofRealms.flatMap(keysOf).includes(key))
    throw invalidField('uri', 'must not be an audience that a realm accepts; choose the URL of an API');
  if (isOAuth)
    throw invalidField('uri', 'must not be a URL of the OAuth 2.0 endpoints; choose the URL of an API');
  if (keysOf(defaultAudience).includes(key))
    throw invalidField('uri', 'must not be the default audience, which always knows all permissions');
}

/** Returns the key of the URI that an input names. @throws AppError BAD_USER_INPUT */
export function requireUriKey(uri: string): string {
  if (!isUriText(uri)) throw invalidField('uri', 'must be 1 to 255 ASCII characters long, without spaces');
  return uriKey(uri);
}
