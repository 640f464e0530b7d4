import { readers } from './callers.js';
import { type Operation, query } from './operation.js';

const events = '/api/v1/admin/audit-event';

/** The audit trail. */
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
];
