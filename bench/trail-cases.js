import { createPageReader } from './page-reader.js';

/** The cases read the audit log of a tenant. Each of them finds 50 events, even in an audit log of 1,000 events. */

const path = '/api/v1/admin/audit-event';

/** Filters, each with its name, its form in GraphQL and its form in REST. @type {[string, object, string][]} */
const filters = [
  ['actor, common', { actor: { realm: 'acme', id: 'person-1' } }, 'actor=person-1&realm=acme'],
  ['actor, rare', { actor: { realm: 'acme', id: 'person-rare' } }, 'actor=person-rare&realm=acme'],
  ['actor of any realm, common', { actor: { id: 'person-1' } }, 'actor=person-1'],
  ['actor of any realm, rare', { actor: { id: 'person-rare' } }, 'actor=person-rare'],
  ['action, common', { action: ['service_account.update'] }, 'action=service_account.update'],
  ['action, rare', { action: ['tenant.update'] }, 'action=tenant.update'],
  [
    'action, several',
    { action: ['tenant.update', 'service_account.delete', 'service_account.disable'] },
    'action=tenant.update,service_account.delete,service_account.disable',
  ],
  [
    'target',
    { target: 'sa-00000000-0000-7000-8000-000000000007' },
    'target=sa-00000000-0000-7000-8000-000000000007',
  ],
  ['outcome: denied', { outcome: 'DENIED' }, 'outcome=denied'],
  ['outcome: success', { outcome: 'SUCCESS' }, 'outcome=success'],
  ['requestId', { requestId: 'request-7' }, 'requestId=request-7'],
];

/** @type {(days: number) => [string, object, string][]} */
const times = (days) => {
  const time = new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();
  return [
    ['occurredAfter', { occurredAfter: time }, `occurredAfter=${time}`],
    ['occurredBefore', { occurredBefore: time }, `occurredBefore=${time}`],
  ];
};

const events = `id occurredAt tenantId actor { realm id name email } action target outcome requestId ip userAgent
  before after`;
const document = (/** @type {string} */ field) => `
  query ($first: Int, $after: String, $last: Int, $filter: ${field === 'auditEvents' ? '' : 'All'}AuditEventFilter) {
    ${field}(first: $first, after: $after, last: $last, filter: $filter) {
      nodes { ${events} } pageInfo { startCursor endCursor }
    }
  }`;

/** @typedef {import('./compare-pages.js').Case} Case */

/**
 * Creates the cases that are measured for an audit log.
 * @param {string} url
 * @param {string} token the token of a super_admin
 * @param {string} tenant
 * @returns {Promise<Case[]>}
 */
export async function trailCases(url, token, tenant) {
  const read = createPageReader(token, tenant);
  const graphql = async (/** @type {object} */ variables, field = 'auditEvents') => {
    const body = JSON.stringify({ query: document(field), variables: { first: 50, ...variables } });
    return (await read(`${url}/graphql`, { method: 'POST', body })).data[field];
  };
  const rest = async (/** @type {string} */ query) =>
    (await read(`${url}${path}?first=50&${query}`)).data.length;

  /** @type {Case[]} */
  const cases = [];
  const half = new Date(Date.now() - 365 * 12 * 60 * 60 * 1000).toISOString();
  const places = {
    first: undefined,
    middle: (await graphql({ filter: { occurredAfter: half }, first: undefined, last: 1 })).pageInfo
      .endCursor,
    last: (await graphql({ first: undefined, last: 51 })).pageInfo.startCursor,
  };
  for (const [page, after] of Object.entries(places)) {
    cases.push(
      { name: `GraphQL, ${page} page`, read: async () => (await graphql({ after })).nodes.length },
      { name: `REST, ${page} page`, read: () => rest(after ? `after=${after}` : '') },
    );
  }
  for (const [name, filter, query] of [...filters, ...times(180)]) {
    cases.push(
      { name: `GraphQL, ${name}`, read: async () => (await graphql({ filter })).nodes.length },
      { name: `REST, ${name}`, read: () => rest(query) },
    );
  }
  /** @type {[string, object][]} */
  const all = [
    ['no filter', {}],
    ...filters.map(([name, filter]) => /** @type {[string, object]} */ ([name, filter])),
  ];
  for (const [name, filter] of all)
    cases.push({
      name: `allAuditEvents, ${name}`,
      read: async () => (await graphql({ filter }, 'allAuditEvents')).nodes.length,
    });
  return cases;
}
