import {
  AuditEventExportDocument,
  type AuditEventExportQueryVariables,
  type AuditEventFieldsFragment,
  AuditEventsDocument,
  type AuditEventsQueryVariables,
} from '../../../generated/operations.js';
import { invalidField } from '../../../platform/errors.js';
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

/** What is done while an export runs is not in it, whatever is asked for: it ends, and soon after its token. */
function untilNow({ filter }: AuditEventExportQueryVariables): AuditEventExportQueryVariables {
  const now = new Date().toISOString();
  const { occurredBefore } = filter ?? {};
  const isLater = occurredBefore != null && new Date(String(occurredBefore)).getTime() > Date.parse(now);
  return { filter: { occurredBefore: now, ...filter, ...(isLater && { occurredBefore: now }) } };
}

/** A realm alone is of nobody in particular. */
function withActor<Variables extends { filter?: { actor?: object | null } | null }>(variables: Variables) {
  const { actor } = variables.filter ?? {};
  if (actor && !('id' in actor)) throw invalidField('realm', 'goes with actor');
  return variables;
}

const listed = list({ ...pageParameters, ...filter });

/** The audit trail. */
export const auditRoutes = [
  route({
    method: 'GET',
    path: events,
    operation: AuditEventsDocument,
    ...listed,
    variables: (call) => withActor(listed.variables<AuditEventsQueryVariables>(call)),
    message: 'Audit events listed successfully',
    data: ({ auditEvents }) => answered(auditEvents).nodes.map(toEvent),
    page: ({ auditEvents }) => toPage(answered(auditEvents)),
  }),
  route({
    method: 'GET',
    path: `${events}/export`,
    operation: AuditEventExportDocument,
    ...exported,
    summary: 'The audit trail of the tenant as a file of JSON Lines, the oldest event first',
    variables: (call) => untilNow(withActor(exported.variables<AuditEventExportQueryVariables>(call))),
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
