/**
 * Creates a function that reads from a gateway in a tenant, and throws unless the gateway answers with data.
 * @param {string} token
 * @param {string} tenant
 */
export function createPageReader(token, tenant) {
  const headers = {
    authorization: `Bearer ${token}`,
    'x-tenantid': tenant,
    'content-type': 'application/json',
  };
  /** @param {string} target @param {RequestInit} [init] @returns {Promise<any>} */
  return async (target, init) => {
    const response = await fetch(target, { headers, ...init });
    const body = /** @type {any} */ (await response.json());
    if (!response.ok || body.errors) throw new Error(`The page could not be read: ${JSON.stringify(body)}`);
    return body;
  };
}
