import { isUuid } from '../../ids.js';
import type { Realm } from '../realms/realms-file.js';
import {
  type ClaimObject,
  type ClaimValue,
  describe,
  isObject,
  readValues,
  unsplit,
} from './claim-values.js';

/**
 * Reads the claim for tenants. Besides texts, a tenant may be a number, an organization `{"id", "name"}`, or a key of
 * an object of organizations (Keycloak: `{"acme": {"id": "…"}}`). Where an organization has an ID, its other names do
 * not count, because the members of an organization may be able to choose them. For the same reason, a text is one
 * name, unless the realm says that it contains several.
 */
export function tenantValues(
  claim: unknown,
  { splitTenants, externalIdsOnly }: Pick<Realm, 'splitTenants' | 'externalIdsOnly'>,
): ClaimValue[] {
  if (typeof claim !== 'string' || splitTenants) return readValues(claim, splitTenants, readItem);
  // Tenants could only be UUIDs in a text with spaces at first, so these still count.
  const words = claim.split(' ').filter(Boolean);
  const ids = words.filter(isUuid).map((text) => ({ text }));
  if (ids.length === words.length) return ids;
  return ids.length > 0 && !externalIdsOnly ? [...ids, { text: claim, whole: true }] : [unsplit(claim)];
}

function readItem(item: unknown): ClaimValue[] {
  if (!isObject(item)) return [withId(describe(item), item)];
  return Object.hasOwn(item, 'id') && !isObject(item.id)
    ? [withId('an object', item.id)]
    : organizations(item);
}

const organizations = (claim: ClaimObject): ClaimValue[] =>
  Object.entries(claim).map(([name, organization]) => {
    if (!isObject(organization)) return { text: name, fault: 'has no object as its value' };
    return Object.hasOwn(organization, 'id') ? withId(name, organization.id) : { text: name };
  });

/** Returns the ID of an organization as a value. @param text describes the organization */
const withId = (text: string, id: unknown): ClaimValue =>
  typeof id === 'string' || Number.isSafeInteger(id)
    ? { text: String(id) }
    : { text, fault: 'has an ID that is neither a text nor a whole number' };
