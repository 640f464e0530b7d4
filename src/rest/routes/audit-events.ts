import {
  AuditEventExportDocument,
  type AuditEventExportQueryVariables,
  type AuditEventFieldsFragment,
  AuditEventsDocument,
} from '../../generated/operations.js';
import { answered, toPage } from '../answers.js';
import { list, oneOf, type Parameters, pageParameters, text, time } from '../parameters.js';
import { route } from '../route.js';

const events = '/api/v1/admin/audit-event';

const filter: Parameters = {
  actor: { at: 'filter.actor.id', kind: text },
  realm: { at: 'filter.actor.realm', kind: text },
  action: { at: 'filter.action', kind: text, many: 'separated' },
  target: { at: 'filter.target', kind: text },
  outcome: { at: 'filter.outcome', kind: oneOf({ success: 'SUCCESS', denied: 'DENIED' }) },
  occurredAfter: { at: 'filter.occurredAfter', kind: time },
  occurredBefore: { at: 'filter.occurredBefore', kind: time },
  requestId: { at: 'filter.requestId', kind: text },
};

/** An event as REST tells it. */
const toEvent = ({ outcome, ...event }: AuditEventFieldsFragment) => {
  const { id, occurredAt, tenantId, actor, action, target, ...rest } = event;
  return { id, occurredAt, tenantId, actor, action, target, outcome: outcome.toLowerCase(), ...rest };
};

const exported = list(filter);

/** What is done while an export runs is not in it, so that it ends. */
function untilNow(variables: AuditEventExportQueryVariables): AuditEventExportQueryVariables {
  return { filter: { occurredBefore: new Date().toISOString(), ...variables.filter } };
}

/** The audit trail. */
export const auditRoutes = [
  route({
    method: 'GET',
    path: events,
    operation: AuditEventsDocument,
    ...list({ ...pageParameters, ...filter }),
    message: 'Audit events listed successfully',
    data: ({ auditEvents }) => answered(auditEvents).nodes.map(toEvent),
    page: ({ auditEvents }) => toPage(answered(auditEvents)),
  }),
  route({
    method: 'GET',
    path: `${events}/export`,
    operation: AuditEventExportDocument,
    ...exported,
    variables: (call) => untilNow(exported.variables(call)),
    stream: {
      mediaType: 'application/jsonl',
      otherNames: ['application/x-ndjson'],
      filename: 'audit-events.jsonl',
      part: ({ auditEventExport }) => {
        const { jsonLines, endCursor, hasNextPage } = answered(auditEventExport);
        return { text: jsonLines, next: endCursor, hasMore: hasNextPage };
      },
    },
  }),
];
