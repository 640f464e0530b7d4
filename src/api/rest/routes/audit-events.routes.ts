import * as operations from '../../../generated/operations.js';
import { invalidField } from '../../../platform/errors.js';
import type { RouteTable } from '../route.js';

const query = { actor: 'filter.actor.id', realm: 'filter.actor.realm' };

/** The audit trail of a tenant. */
export const auditRoutes: RouteTable = {
  'GET /api/v1/admin/audit-event': {
    operation: operations.AuditEventsDocument,
    query,
    variables: (call, read) => requireActorWithRealm(read(call)),
    data: 'auditEvents',
    message: 'Audit events listed successfully',
  },
  'GET /api/v1/admin/audit-event/export': {
    operation: operations.AuditEventExportDocument,
    query,
    variables: (call, read) => untilNow(requireActorWithRealm(read(call))),
    data: 'auditEventExport.jsonLines',
    message: 'A JSON object on each line.',
    stream: {
      mediaType: 'application/jsonl',
      otherNames: ['application/x-ndjson'],
      filename: 'audit-events.jsonl',
      pageInfo: 'auditEventExport',
    },
    summary: 'The audit trail of the tenant as a file of JSON Lines, the oldest event first',
  },
};

type Filtered = Pick<operations.AuditEventExportQueryVariables, 'filter'>;

/** A realm without an actor names nobody in particular. */
function requireActorWithRealm<Variables extends Filtered>(variables: Variables): Variables {
  const { actor } = variables.filter ?? {};
  if (actor && !('id' in actor)) throw invalidField('realm', 'can only be combined with actor');
  return variables;
}

/** Ends an export at the time of its request, whatever is asked for: it has to end, and soon after its token. */
function untilNow({ filter }: Filtered): Filtered {
  const now = new Date().toISOString();
  const { occurredBefore } = filter ?? {};
  const isLater = occurredBefore != null && new Date(String(occurredBefore)).getTime() > Date.parse(now);
  return { filter: { occurredBefore: now, ...filter, ...(isLater && { occurredBefore: now }) } };
}
