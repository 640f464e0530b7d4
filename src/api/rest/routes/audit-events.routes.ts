import * as operations from '../../../generated/operations.js';
import { invalidField } from '../../../platform/errors.js';
import type { RouteTable } from '../route.js';

const query = { actor: 'filter.actor.id', realm: 'filter.actor.realm' };

/** The audit log of a tenant. */
export const auditRoutes: RouteTable = {
  'GET /api/v1/admin/audit-event': {
    operation: operations.AuditEventsDocument,
    query,
    variables: (call, read) => requireActorWithRealm(read(call)),
    data: 'auditEvents',
    message: 'Audit log entries listed successfully',
  },
  'GET /api/v1/admin/audit-event/export': {
    operation: operations.AuditEventExportDocument,
    query,
    variables: (call, read) => untilNow(requireActorWithRealm(read(call))),
    data: 'auditEventExport.jsonLines',
    message: 'A file in JSON Lines format: one JSON object per line, one line for each audit log entry.',
    stream: {
      mediaType: 'application/jsonl',
      otherNames: ['application/x-ndjson'],
      filename: 'audit-events.jsonl',
      pageInfo: 'auditEventExport',
    },
    description:
      'Exports the audit log of a tenant as a file in JSON Lines format, oldest entry first. The `x-tenantid` header names the tenant. The export ends with the entries that exist at the time of the request. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  },
};

type Filtered = Pick<operations.AuditEventExportQueryVariables, 'filter'>;

/** Rejects a realm without an actor, because a realm alone does not identify an actor. */
function requireActorWithRealm<Variables extends Filtered>(variables: Variables): Variables {
  const { actor } = variables.filter ?? {};
  if (actor && !('id' in actor)) throw invalidField('realm', 'requires the parameter actor');
  return variables;
}

/**
 * Limits an export to entries before the time of its request, even if the filter allows later entries. Otherwise the
 * export could outlast its access token.
 */
function untilNow({ filter }: Filtered): Filtered {
  const now = new Date().toISOString();
  const { occurredBefore } = filter ?? {};
  const isLater = occurredBefore != null && new Date(String(occurredBefore)).getTime() > Date.parse(now);
  return { filter: { occurredBefore: now, ...filter, ...(isLater && { occurredBefore: now }) } };
}
