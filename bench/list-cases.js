/** The cases read a tenant with many accounts, and filter by a rare value and by a frequent value. */

const ago = (/** @type {number} */ days) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();

const orders = ['CREATED_AT', 'NAME', 'LAST_USED_AT'].flatMap((field) =>
  ['DESC', 'ASC'].map((direction) => ({ field, direction })),
);

/** REST's names of the fields that order a list. @type {{ [field: string]: string }} */
const inRest = { CREATED_AT: 'createdAt', NAME: 'name', LAST_USED_AT: 'lastUsedAt' };

/** Filters, each with its name, its form in GraphQL and its form in REST. @type {[string, object, string][]} */
const filters = [
  ['status: disabled', { status: ['DISABLED'] }, 'status=disabled'],
  ['status: deleted', { status: ['DELETED'] }, 'status=deleted'],
  ['status: all three', { status: ['ACTIVE', 'DISABLED', 'DELETED'] }, 'status=active,disabled,deleted'],
  ['permission: rare', { permission: 'audit:export' }, 'permission=audit:export'],
  ['permission: common', { permission: 'api:read' }, 'permission=api:read'],
  ['labels: rare key', { labels: [{ key: 'pci' }] }, 'labels=pci'],
  ['labels: common', { labels: [{ key: 'env', value: 'prod' }] }, 'labels=env:prod'],
  ['labels: none has it', { labels: [{ key: 'nobody' }] }, 'labels=nobody'],
  ['owner: rare', { owner: 'person-7@example.com' }, 'owner=person-7@example.com'],
  ['owner: common', { owner: 'platform@example.com' }, 'owner=platform@example.com'],
  ['search: rare', { search: 'quarterly closing' }, 'search=quarterly%20closing'],
  ['search: common', { search: 'billing' }, 'search=billing'],
  ['search: none has it', { search: 'zeppelin' }, 'search=zeppelin'],
  ['search: common letters', { search: 'bi' }, 'search=bi'],
  ['search: one letter', { search: 'q' }, 'search=q'],
  ['search: two letters', { search: 'zq' }, 'search=zq'],
  ['createdBy: rare', { createdBy: { id: 'person-1234' } }, 'createdBy=person-1234'],
  ['createdBy: common', { createdBy: { id: 'person-1' } }, 'createdBy=person-1'],
  ['createdAfter: a day', { createdAfter: ago(1) }, `createdAfter=${ago(1)}`],
  ['createdAfter: a year', { createdAfter: ago(365) }, `createdAfter=${ago(365)}`],
  ['createdBefore: a year', { createdBefore: ago(365) }, `createdBefore=${ago(365)}`],
  ['lastUsedAfter: an hour', { lastUsedAfter: ago(1 / 24) }, `lastUsedAfter=${ago(1 / 24)}`],
  ['lastUsedAfter: a year', { lastUsedAfter: ago(365) }, `lastUsedAfter=${ago(365)}`],
  ['lastUsedBefore: 3 years', { lastUsedBefore: ago(3 * 365 - 9) }, `lastUsedBefore=${ago(3 * 365 - 9)}`],
  ['lastUsedBefore: a month', { lastUsedBefore: ago(30) }, `lastUsedBefore=${ago(30)}`],
  ['unusedSince: 3 years', { unusedSince: ago(3 * 365 - 3) }, `unusedSince=${ago(3 * 365 - 3)}`],
  ['unusedSince: a month', { unusedSince: ago(30) }, `unusedSince=${ago(30)}`],
  ['expiresAfter: 3 years', { expiresAfter: ago(-3 * 365) }, `expiresAfter=${ago(-3 * 365)}`],
  ['expiresAfter: now', { expiresAfter: ago(0) }, `expiresAfter=${ago(0)}`],
  ['expiresBefore: now', { expiresBefore: ago(0) }, `expiresBefore=${ago(0)}`],
  ['secretOverdue: yes', { secretOverdue: true }, 'secretOverdue=true'],
  ['secretOverdue: no', { secretOverdue: false }, 'secretOverdue=false'],
];

/** @typedef {import('./compare-pages.js').Case} Case */

/**
 * Creates the cases that are measured for a tenant.
 * @param {ReturnType<typeof import('./list-reader.js').createReader>} reader
 * @param {number} total how many accounts the tenant has
 * @returns {Promise<Case[]>}
 */
export async function listCases(reader, total) {
  /** @type {Case[]} */
  const cases = [];
  for (const orderBy of orders) {
    const { field, direction } = orderBy;
    const { middle, last } = await reader.places(orderBy, total);
    const rest = `orderBy=${direction === 'DESC' ? '-' : ''}${inRest[field]}`;
    for (const [page, after] of Object.entries({ first: undefined, middle, last })) {
      const name = `${rest.slice(8)}, ${page} page`;
      cases.push(
        { name: `GraphQL, ${name}`, read: () => reader.page({ after, orderBy }) },
        { name: `GraphQL with totalCount, ${name}`, read: () => reader.counted({ after, orderBy }) },
        { name: `REST, ${name}`, read: () => reader.rest(after ? `${rest}&after=${after}` : rest) },
      );
    }
  }
  for (const [name, filter, rest] of filters) {
    cases.push(
      { name: `GraphQL, ${name}`, read: () => reader.page({ filter }) },
      { name: `GraphQL with totalCount, ${name}`, read: () => reader.counted({ filter }) },
      { name: `REST, ${name}`, read: () => reader.rest(rest) },
    );
  }
  return cases;
}
