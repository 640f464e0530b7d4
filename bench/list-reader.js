import { createPageReader } from './page-reader.js';

const path = '/api/v1/admin/service-account';

const account = `id name description owner labels { key value } clientId status permissions createdAt
  createdBy { realm id name email } updatedAt lastUsedAt expiresAt expired version`;

const document = (/** @type {string} */ wanted) => `
  query (
    $first: Int, $after: String, $last: Int, $filter: ServiceAccountFilter, $orderBy: ServiceAccountOrder
  ) {
    serviceAccounts(first: $first, after: $after, last: $last, filter: $filter, orderBy: $orderBy) {
      ${wanted} pageInfo { startCursor endCursor }
    }
  }`;

const documents = {
  page: document(`nodes { ${account} tenant { id name } secrets { id hint createdAt overdue } }`),
  counted: document(
    `totalCount nodes { ${account} tenant { id name } secrets { id hint createdAt overdue } }`,
  ),
  cursors: document(''),
};

/**
 * Reads the lists of one tenant over HTTP.
 * @param {string} url
 * @param {string} token
 * @param {string} tenant
 */
export function createReader(url, token, tenant) {
  const read = createPageReader(token, tenant);

  /** @param {keyof typeof documents} name @param {object} variables */
  const graphql = async (name, variables) => {
    const body = JSON.stringify({ query: documents[name], variables });
    return (await read(`${url}/graphql`, { method: 'POST', body })).data.serviceAccounts;
  };

  return {
    /** Reads a page of 50. @param {object} variables */
    page: async (variables) => (await graphql('page', { first: 50, ...variables })).nodes.length,
    /** @param {object} variables */
    counted: async (variables) => (await graphql('counted', { first: 50, ...variables })).totalCount,
    /** @param {string} query */
    rest: async (query) => (await read(`${url}${path}?first=50&${query}`)).data.length,
    /**
     * @param {object} orderBy
     * @param {number} total how many accounts there are
     * @returns the cursors before the page in the middle and before the last one
     */
    places: async (orderBy, total) => {
      let middle;
      for (let left = Math.floor(total / 2); left > 0; left -= 100)
        middle = (await graphql('cursors', { first: Math.min(left, 100), after: middle, orderBy })).pageInfo
          .endCursor;
      const last = (await graphql('cursors', { last: 51, orderBy })).pageInfo.startCursor;
      return { middle, last };
    },
  };
}
