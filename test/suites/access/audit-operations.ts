import { owners, readers } from './callers.js';
import { type Operation, query } from './operation.js';

const events = '/api/v1/admin/audit-event';

/** The operations on the audit log. */
export const auditOperations: Operation[] = [
  query(
    'auditEvents',
    `query ($first: Int, $after: String, $last: Int, $before: String, $filter: AuditEventFilter) {
      auditEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        nodes { id target } pageInfo { endCursor }
      }
    }`,
    { rest: `GET ${events}`, may: readers, args: () => ({ first: 10 }) },
  ),
  query(
    'auditEventExport',
    `query ($after: String, $filter: AuditEventFilter) {
      auditEventExport(after: $after, filter: $filter) { jsonLines endCursor hasNextPage }
    }`,
    { rest: `GET ${events}/export`, may: readers, args: () => ({}) },
  ),
  query(
    'allAuditEvents',
    `query ($first: Int, $after: String, $last: Int, $before: String, $filter: AllAuditEventFilter) {
      allAuditEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        nodes { id target } pageInfo { endCursor }
      }
    }`,
    { may: owners, isGlobal: true, args: () => ({ first: 10 }) },
  ),
  query('node', 'query ($id: ID!) { node(id: $id) { id ... on AuditEvent { action target } } }', {
    name: 'node of an event',
    may: readers,
    args: ({ eventId }) => ({ id: eventId }),
  }),
];
