import { type ClaimObject, type ClaimValue, isObject, readValues } from './claim-values.js';

/**
 * Reads the claim for tenants. Besides texts, a tenant may be a number, an organization `{"id", "name"}`, or a key of
 * an object of organizations (Keycloak: `{"acme": {"id": "…"}}`). Where an organization has an ID, its other names do
 * not count, because the members of an organization may be able to choose them.
 */
export const tenantValues = (claim: unknown): ClaimValue[] =>
  readValues(claim, (item) => {
    const id = identifierOf(item);
    if (id !== undefined) return [{ text: id }];
    return isObject(item) ? organizations(item) : [{ text: JSON.stringify(item), fault: 'names no tenant' }];
  });

const organizations = (claim: ClaimObject): ClaimValue[] =>
  Object.entries(claim).map(([name, organization]) =>
    isObject(organization)
      ? { text: identifierOf(organization) ?? name }
      : { text: name, fault: 'has no object as its value' },
  );

/** Returns a number, or the ID of an object, as text. */
function identifierOf(item: unknown): string | undefined {
  const id = isObject(item) ? item.id : item;
  if (typeof id === 'string' && isObject(item)) return id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}
