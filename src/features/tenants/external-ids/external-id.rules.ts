import { z } from 'zod';
import { withLowerUuid } from '../../../platform/ids.js';
import type { TenantExternalIdInput } from './external-id.type.js';

/** The maximum number of external IDs of a tenant. */
const maxExternalIds = 50;

/**
 * The rule for an external ID. Identity providers choose the text, which is compared exactly, so it may contain every
 * character that the subject of a token may contain.
 */
export const externalId = z
  .string()
  .regex(
    /^(?!\s)\P{C}{1,255}(?<!\s)$/u,
    'must be 1 to 255 characters long, must not contain control characters, and must not start or end with white space',
  );

/** Creates the rule for the external IDs of a tenant. @param realms the names of the configured realms */
export const externalIdsRule = (realms: readonly string[]) =>
  z
    .array(
      z.object({
        realm: z.string().refine((name) => realms.includes(name), {
          error: () => `must be the name of a realm in the realms file: ${realms.join(', ')}`,
        }),
        id: externalId,
      }),
      'must not be null; omit the field to keep the external IDs, or use an empty list to remove them',
    )
    .max(maxExternalIds, `must contain at most ${maxExternalIds} entries`)
    .check(({ value, issues }) => {
      const index = repetitionIn(value);
      if (index >= 0) {
        issues.push({ code: 'custom', input: value, path: [index, 'id'], message: 'is in the list twice' });
      }
    });

/** Returns the index of the first external ID that is in the list before, or -1. */
function repetitionIn(list: readonly TenantExternalIdInput[]): number {
  const keys = list.map(({ realm, id }) => JSON.stringify([realm, withLowerUuid(id)]));
  const known = new Set<string>();
  return keys.findIndex((key) => known.size === known.add(key).size);
}
