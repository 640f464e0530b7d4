// Compares the tables of the reference pages with the code. A table is found by its page and by the headings of its
// first columns. A page may split it into several tables with these headings, and more columns may follow. The first
// column has the name in code font, or several names, separated by commas:
//
// docs/configuration.md
//   | Variable | Default |           | `PORT` | `4000` |; several names have as many defaults, separated by commas
// docs/errors.md
//   | Code | Status | Title |        | `NOT_FOUND` | 404 | Not found |
// docs/graphql.md
//   | Query |                        | `node(id)` |; arguments are not compared
//   | Mutation |                     | `createServiceAccount` |
// docs/rest.md
//   | Endpoint |                     | `GET /api/v1/admin/tenant/{id}` |; /api/v1/admin may be missing
// docs/audit-log.md
//   | Action |                       | `service_account.create` |
// docs/metrics.md
//   | Metric | Labels |              | `gateway_requests_total` | `api` (rest), `code` |; `process_*` fits several
// docs/limits.md
//   | Document limit | Maximum |     | `depth` | 10 |
//   | Connection limit | Maximum |   | Time to receive the headers | 10 s |, without code font
import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { limits } from '../../../src/api/graphql/limits/document-limits.js';
import { createMetrics } from '../../../src/api/ops/metrics/metrics.js';
import { routes } from '../../../src/api/rest/routes.js';
import { environment } from '../../../src/config/variables.js';
import { auditActions } from '../../../src/platform/audit/actions.js';
import { errorTable } from '../../../src/platform/errors.js';
import { serverLimits } from '../../../src/platform/http/listen.js';
import { readPage, tablesOf } from './pages.js';

interface Row {
  names: string[];
  /** The texts of the columns behind the first one. */
  columns: string[];
}

/** Returns the rows of the tables of a page whose first columns have these headings. */
function rowsOf(path: string, ...headings: string[]): Row[] {
  const isMeant = (header: string[]) => headings.every((heading, index) => heading === header[index]);
  return tablesOf(readPage(path))
    .filter(({ header }) => isMeant(header))
    .flatMap(({ rows }) =>
      rows.map(([first, ...others]) => ({
        names: first?.names ?? [],
        columns: others.map((cell) => cell.text.trim()),
      })),
    );
}

const namesIn = (rows: Row[]) => rows.flatMap(({ names }) => names);

/** Returns the row of a name, so that a test of its columns fails for a name that has none. */
const rowOf = (rows: Row[], name: string) =>
  rows.find(({ names }) => names.includes(name)) ?? { names: [], columns: [] };

describe('docs/configuration.md', () => {
  const rows = rowsOf('docs/configuration.md', 'Variable', 'Default');

  test('has each variable once', () => {
    expect(namesIn(rows).sort()).toEqual(Object.keys(environment.shape).sort());
  });

  test.each(defaults())('has the default of %s', (name, value) => {
    const { names, columns } = rowOf(rows, name);
    const shown = names.length > 1 ? columns[0]?.split(', ')[names.indexOf(name)] : columns[0];
    // What applies without a default is a text, such as "off in production".
    expect(shown).toEqual(value === '' ? expect.not.stringMatching(/^\d+$/) : value);
  });
});

test('.env.example has each variable once, and its default', () => {
  const lines = readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=(.*)$/gm);
  const shown = [...lines].map(([, name = '', value = '']): [string, string] => [name, value]);
  // A copy of the file is for development mode.
  const expected = defaults().map(([name, value]) => [name, name === 'NODE_ENV' ? 'development' : value]);
  expect(shown.sort()).toEqual(expected.sort());
});

/** Returns each variable with its default as a reader would write it; the empty text stands for none. */
function defaults(): [string, string][] {
  return Object.entries(environment.shape).map(([name, rule]) => {
    const value: unknown = rule.parse(undefined);
    return [name, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value ?? '')];
  });
}

describe('docs/errors.md', () => {
  const rows = rowsOf('docs/errors.md', 'Code', 'Status', 'Title');

  test('has each error code once', () => {
    expect(namesIn(rows).sort()).toEqual(Object.keys(errorTable).sort());
  });

  test.each(Object.entries(errorTable))('has status and title of %s', (code, { status, title }) => {
    expect(rowOf(rows, code).columns.slice(0, 2)).toEqual([`${status}`, title]);
  });
});

describe('docs/graphql.md', () => {
  const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

  test.each([
    ['Query', schema.getQueryType()],
    ['Mutation', schema.getMutationType()],
  ])('has each root field of %s once', (heading, type) => {
    const fields = Object.keys((type as GraphQLObjectType).getFields());
    const shown = namesIn(rowsOf('docs/graphql.md', heading)).map((name) => name.split('(', 1)[0]);
    expect(shown.sort()).toEqual(fields.sort());
  });
});

test('docs/rest.md has each REST endpoint once', () => {
  const shown = namesIn(rowsOf('docs/rest.md', 'Endpoint')).map((name) =>
    name.replace(' /api/v1/admin/', ' /'),
  );
  const expected = routes.map(({ method, path }) =>
    `${method} ${path}`.replace(' /api/v1/admin/', ' /').replace(/:(\w+)/g, '{$1}'),
  );
  expect(shown.sort()).toEqual(expected.sort());
});

test('docs/audit-log.md has each action once', () => {
  expect(namesIn(rowsOf('docs/audit-log.md', 'Action')).sort()).toEqual([...auditActions].sort());
});

describe('docs/metrics.md', () => {
  const rows = rowsOf('docs/metrics.md', 'Metric', 'Labels');
  const metrics = registeredMetrics();
  const fits = (shown: string, name: string) =>
    shown.endsWith('*') ? name.startsWith(shown.slice(0, -1)) : name === shown;

  test.each(metrics)('has $name once, with its labels', ({ name, labelNames }) => {
    const found = rows.filter(({ names }) => names.some((shown) => fits(shown, name)));
    expect(found).toHaveLength(1);
    // The labels of prom-client's own metrics are documented there.
    if (!name.startsWith('gateway_')) return;
    const labels = found[0]?.columns[0]?.replaceAll(/\(.*?\)/g, '').match(/\w+/g) ?? [];
    expect(labels.sort()).toEqual([...labelNames].sort());
  });

  test('has no others', () => {
    const isKnown = (shown: string) => metrics.some(({ name }) => fits(shown, name));
    expect(namesIn(rows).filter((shown) => !isKnown(shown))).toEqual([]);
  });
});

/** Returns the metrics that a gateway registers. */
function registeredMetrics() {
  const register = jest.spyOn(Registry.prototype, 'registerMetric');
  const settings = { port: 9464, token: undefined };
  createMetrics(settings, { operations: [], refusals: [] }, new Pool(), pino({ level: 'silent' })).close();
  const metrics = register.mock.calls.map(
    ([metric]) => metric as unknown as { name: string; labelNames: string[] },
  );
  register.mockRestore();
  return metrics;
}

describe('docs/limits.md', () => {
  const documentRows = rowsOf('docs/limits.md', 'Document limit', 'Maximum');
  const connectionRows = tablesOf(readPage('docs/limits.md'))
    .filter(({ header }) => header[0] === 'Connection limit' && header[1] === 'Maximum')
    .flatMap(({ rows }) => rows.map(([name, maximum]) => [name?.text, maximum?.text]));

  test('has each limit of a document once', () => {
    expect(namesIn(documentRows).sort()).toEqual(Object.keys(limits).sort());
  });

  test.each(Object.entries(limits))('has the maximum of %s', (name, maximum) => {
    expect(rowOf(documentRows, name).columns[0]).toBe(`${maximum}`);
  });

  test.each([
    ['Time to receive the headers', `${serverLimits.headersTimeout / 1000} s`],
    ['Time to receive the whole request', `${serverLimits.requestTimeout / 1000} s`],
    ['Time without any data', `${serverLimits.idleTimeout / 1000} s`],
    ['Time between two requests', `${serverLimits.keepAliveTimeout / 1000} s`],
    ['Open connections', serverLimits.maxConnections.toLocaleString('en')],
  ])('has the maximum of: %s', (name, maximum) => {
    expect(connectionRows).toContainEqual([name, maximum]);
  });
});
