import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLInputObjectType } from 'graphql';
import { auditActions } from '../../../src/platform/audit/actions.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { operation } from '../../suites/access/all-operations.js';
import type { Args } from '../../suites/access/operation.js';
import { callRest, type Said, send, transports } from '../../suites/access/transports.js';
import { addEvents, type Made, timeOf } from './events.js';

type Headers = Record<string, string>;

let gateway: Gateway;
let headers: Headers;
let all: Headers;
let tenant: string;
/** The names of events by their ids. */
let names: Map<string, string>;

const events: Record<string, Omit<Made, 'tenant'>> = {
  plain: { at: 0 },
  disabled: { at: 1, action: 'service_account.disable', target: 'sa-1' },
  deleted: { at: 2, action: 'service_account.delete', target: 'sa-1', requestId: 'one' },
  denied: { at: 3, action: 'service_account.delete', outcome: 'denied', caller: 'eve' },
  partner: { at: 4, realm: 'partner', requestId: 'one' },
  other: { at: 5, caller: 'bob', target: 'sa-2' },
};

beforeAll(async () => {
  gateway = await startGateway();
  tenant = await gateway.createTenant();
  headers = await gateway.as('tenant_viewer', tenant);
  all = await gateway.as('super_admin', tenant);
  const made = Object.values(events);
  const own = await addEvents(
    gateway,
    made.map((event) => ({ ...event, tenant })),
  );
  names = new Map(Object.keys(events).map((name, at) => [own[at] ?? '', name]));
  // The same events without a tenant must never be found in the tenant.
  await addEvents(
    gateway,
    made.map((event) => ({ ...event, tenant: null })),
  );
});
afterAll(() => gateway.close());

/** Filters in the form of GraphQL and of REST, and the events that they let through, newest first. */
const filters: [Args, string, string[]][] = [
  [{ actor: { id: 'ada' } }, 'actor=ada', ['partner', 'deleted', 'disabled', 'plain']],
  [{ actor: { id: 'ada', realm: 'acme' } }, 'actor=ada&realm=acme', ['deleted', 'disabled', 'plain']],
  [{ actor: { id: 'ada', realm: 'partner' } }, 'actor=ada&realm=partner', ['partner']],
  [{ actor: { id: 'nobody' } }, 'actor=nobody', []],
  [{ action: ['service_account.delete'] }, 'action=service_account.delete', ['denied', 'deleted']],
  [
    { action: ['service_account.delete', 'service_account.disable', 'service_account.delete'] },
    'action=service_account.delete,service_account.disable&action=service_account.delete',
    ['denied', 'deleted', 'disabled'],
  ],
  [{ action: [...auditActions] }, `action=${auditActions}`, Object.keys(events).reverse()],
  [
    { action: auditActions.filter((action) => action !== 'service_account.delete'), actor: { id: 'ada' } },
    `action=${auditActions.filter((action) => action !== 'service_account.delete')}&actor=ada`,
    ['partner', 'disabled', 'plain'],
  ],
  [{ target: 'sa-1' }, 'target=sa-1', ['deleted', 'disabled']],
  [{ target: 'SA-1' }, 'target=SA-1', []],
  [{ outcome: 'DENIED' }, 'outcome=denied', ['denied']],
  [{ outcome: 'SUCCESS' }, 'outcome=success', ['other', 'partner', 'deleted', 'disabled', 'plain']],
  [{ occurredAfter: timeOf(4) }, `occurredAfter=${timeOf(4)}`, ['other', 'partner']],
  [{ occurredBefore: timeOf(2) }, `occurredBefore=${timeOf(2)}`, ['disabled', 'plain']],
  [{ requestId: 'one' }, 'requestId=one', ['partner', 'deleted']],
  [
    { actor: { id: 'ada' }, action: ['service_account.delete', 'service_account.update'], requestId: 'one' },
    'actor=ada&action=service_account.delete,service_account.update&requestId=one',
    ['partner', 'deleted'],
  ],
  [
    {
      actor: { id: 'ada', realm: 'acme' },
      action: ['service_account.delete'],
      target: 'sa-1',
      outcome: 'SUCCESS',
      occurredAfter: timeOf(2),
      occurredBefore: timeOf(3),
      requestId: 'one',
    },
    `actor=ada&realm=acme&action=service_account.delete&target=sa-1&outcome=success&occurredAfter=${timeOf(2)}&occurredBefore=${timeOf(3)}&requestId=one`,
    ['deleted'],
  ],
  [{ target: 'sa-1', outcome: 'DENIED' }, 'target=sa-1&outcome=denied', []],
  [{ actor: null, action: null, target: null }, '', Object.keys(events).reverse()],
];

const named = (found: { id: string }[]) => found.map(({ id }) => names.get(id));
const nodesOf = ({ data }: Said) => (data as { nodes: { id: string }[] }).nodes;
const linesOf = (text: unknown) =>
  String(text)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id: string });

describe.each(filters)('%j', (filter, query, expected) => {
  test('over GraphQL', async () => {
    const said = await send.GraphQL(gateway, operation('auditEvents'), headers, { filter });
    expect(named(nodesOf(said))).toEqual(expected);
  });

  test('over REST', async () => {
    const { data } = await callRest(gateway, headers, 'GET', `/api/v1/admin/audit-event?${query}`);
    expect(named(data as { id: string }[])).toEqual(expected);
  });

  test('with the tenant of allAuditEvents', async () => {
    const args = { filter: { ...filter, tenantId: tenant.toUpperCase() } };
    const said = await send.GraphQL(gateway, operation('allAuditEvents'), all, args);
    expect(named(nodesOf(said))).toEqual(expected);
  });

  test('in pages of one, back from the end', async () => {
    const found: string[] = [];
    for (let before: string | undefined; found.length <= expected.length; ) {
      const body = await send.GraphQL(gateway, { ...operation('auditEvents'), document: onePage }, headers, {
        last: 1,
        before,
        filter,
      });
      const { nodes, pageInfo } = body.data as {
        nodes: { id: string }[];
        pageInfo: { startCursor: string; hasPreviousPage: boolean };
      };
      found.unshift(...nodes.map(({ id }) => names.get(id) ?? ''));
      if (!pageInfo.hasPreviousPage) break;
      before = pageInfo.startCursor;
    }
    expect(found).toEqual(expected);
  });

  test('of the export, oldest first', async () => {
    const said = await send.GraphQL(gateway, operation('auditEventExport'), headers, { filter });
    expect(named(linesOf((said.data as { jsonLines: string }).jsonLines))).toEqual([...expected].reverse());
    const { data } = await callRest(gateway, headers, 'GET', `/api/v1/admin/audit-event/export?${query}`);
    expect(named(linesOf(data))).toEqual([...expected].reverse());
  });
});

const onePage = `query ($last: Int, $before: String, $filter: AuditEventFilter) {
  auditEvents(last: $last, before: $before, filter: $filter) { nodes { id } pageInfo { hasPreviousPage startCursor } }
}`;

test('allAuditEvents tells of all tenants and of none, which has no tenantId', async () => {
  const said = await send.GraphQL(gateway, operation('allAuditEvents'), all, { first: 100 });
  expect(nodesOf(said)).toHaveLength(12);
  const { body } = await gateway.graphql(all, '{ allAuditEvents { nodes { tenantId } } }');
  const tenants = new Set(
    body.data.allAuditEvents.nodes.map(({ tenantId }: { tenantId: string }) => tenantId),
  );
  expect(tenants).toEqual(new Set([tenant, null]));
});

test('the lists take no cursors of each other', async () => {
  const page = (await send.GraphQL(gateway, operation('auditEvents'), all, {})).data;
  const { endCursor: after } = (page as { pageInfo: { endCursor: string } }).pageInfo;
  for (const name of ['allAuditEvents', 'auditEventExport']) {
    const said = await send.GraphQL(gateway, operation(name), all, { after });
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
  }
});

/** Wrong filters: the field that the error names, the input over GraphQL and REST, and REST's name if it differs. */
const wrong: [string, Args, string, string?][] = [
  ['actor.id', { actor: { id: '' } }, 'actor=', 'actor'],
  ['actor.id', { actor: { id: 'x'.repeat(256) } }, `actor=${'x'.repeat(256)}`, 'actor'],
  ['actor.id', { actor: { id: 'nul\0' } }, 'actor=nul%00', 'actor'],
  ['actor.id', { actor: { realm: 'acme' } }, 'realm=acme', 'realm'],
  ['actor.realm', { actor: { id: 'x', realm: '\0' } }, 'actor=x&realm=%00', 'realm'],
  [
    'actor.realm',
    { actor: { id: 'x', realm: 'x'.repeat(256) } },
    `actor=x&realm=${'x'.repeat(256)}`,
    'realm',
  ],
  ['action.0', { action: ['service_account.*'] }, 'action=service_account.*', 'action'],
  ['action.1', { action: ['viewer.read', ''] }, 'action=viewer.read,', 'action'],
  ['action', { action: Array(99).fill('viewer.read') }, `action=${Array(99).fill('viewer.read')}`],
  ['target', { target: '' }, 'target='],
  ['target', { target: 'x'.repeat(256) }, `target=${'x'.repeat(256)}`],
  ['target', { target: 'zero\u200bwidth' }, 'target=zero%E2%80%8Bwidth'],
  ['outcome', { outcome: 'FAILED' }, 'outcome=failed'],
  ['occurredAfter', { occurredAfter: 'yesterday' }, 'occurredAfter=yesterday'],
  ['occurredBefore', { occurredBefore: '2026-01-01' }, 'occurredBefore=2026-01-01'],
  ['requestId', { requestId: '' }, 'requestId='],
  ['requestId', { requestId: 'x'.repeat(129) }, `requestId=${'x'.repeat(129)}`],
  ['color', { color: 'red' }, 'color=red'],
];

describe.each(wrong)('%s is named', (field, filter, query, parameter = field) => {
  test.each(['auditEvents', 'auditEventExport', 'allAuditEvents'])('by %s for its filter', async (name) => {
    const said = await send.GraphQL(gateway, operation(name), all, { filter });
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  });

  test.each(['', '/export'])('by REST%s', async (path) => {
    const said = await callRest(gateway, headers, 'GET', `/api/v1/admin/audit-event${path}?${query}`);
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', status: 400, details: { field: parameter } });
  });
});

test('an empty list of actions, and a tenant that is no UUID, are named', async () => {
  const asked: [string, string, Args][] = [
    ['auditEvents', 'action', { action: [] }],
    ['allAuditEvents', 'tenantId', { tenantId: 'acme' }],
    ['auditEvents', 'tenantId', { tenantId: tenant }],
  ];
  for (const [name, field, filter] of asked) {
    const said = await send.GraphQL(gateway, operation(name), all, { filter });
    expect(said).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
  }
});

test.each(transports)(
  'a page that is too large, and a cursor that is none, are named over %s',
  async (transport) => {
    for (const [field, args] of Object.entries({ first: { first: 101 }, after: { after: 'nonsense' } })) {
      const said = await send[transport](gateway, operation('auditEvents'), headers, args);
      expect(said).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    }
  },
);

test('there is a test for each filter of the schema', () => {
  const input = buildSchema(readFileSync('schema/schema.graphql', 'utf8')).getType('AuditEventFilter');
  const tested = new Set(filters.flatMap(([filter]) => Object.keys(filter)));
  expect([...tested].sort()).toEqual(Object.keys((input as GraphQLInputObjectType).getFields()).sort());
});
