// Measures what retention of the audit log costs: `npm run bench:retention`, or with an option
// `npm run bench:retention -- --events 100000`. A tenant has 1,000,000 entries of three months. While the previous
// version's table becomes a partition and while this partition is dropped, one connection reads the newest page of
// another tenant with the gateway's own statement, and one connection inserts entries. It then measures how the number
// of partitions changes the time of a page.
import pg from 'pg';
import { pino } from 'pino';
import { trailStatement } from '../dist/src/features/audit/audit-events.sql.js';
import { auditActions } from '../dist/src/platform/audit/actions.js';
import { dropPartition } from '../dist/src/platform/cleanup/audit-partitions/drop-partition.js';
import { migrations } from '../dist/src/platform/database/migrations/migrations.js';
import { openDatabase } from '../dist/src/platform/database/open-database.js';
import { startEmbeddedDatabase } from '../dist/src/platform/embedded-postgres/start.js';
import { makeDataDir, removeDataDir } from './gateway.js';
import { runInterruptibly } from './interrupt.js';
import { readOptions } from './options.js';
import { addEmptyPartitions, endFirstPartition, prepareEnd } from './retention.sql.js';
import { seedEvents } from './seed-events.js';
import { median, percentile } from './statistics.js';
import { table } from './table.js';

const { events } = readOptions({ events: { default: 1_000_000, max: 50_000_000 } });
const log = pino({ level: 'silent' });
const [large, small] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
const previous = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name === '20261130-audit-partitions'),
);
const idle = () => new Promise((resolve) => setTimeout(resolve, 3000));

/** @type {string[][]} */
const rows = [['', 'took, ms', 'reads', 'read p50', 'p99', 'slowest', 'insert p50', 'p99', 'slowest']];

await runInterruptibly(async (signal) => {
  const dataDir = await makeDataDir();
  const server = await startEmbeddedDatabase({ dataDir, log });
  /** @param {string} database @param {typeof migrations} list */
  const open = (database, list) =>
    openDatabase(
      [],
      { ...server, connection: { ...server.connection, database }, stop: async () => {} },
      log,
      list,
    );
  try {
    const admin = await connect(server.connection);
    for (const name of ['plain', 'prepared']) {
      await admin.query(`create database ${name} ${name === 'plain' ? '' : 'template plain'}`);
      if (name === 'plain') await (await open('plain', previous)).close();
      const client = await connect({ ...server.connection, database: name });
      if (name === 'plain') {
        await seedEvents(client, large, events, undefined, signal, { span: '3 months', age: '3 months' });
        await seedEvents(client, small, 10_000, undefined, signal, { span: '1 day' });
        await client.query('vacuum (analyze) audit_event');
      } else await client.query(prepareEnd);
      await client.end();
    }
    for (const name of ['prepared', 'plain']) {
      const connection = { ...server.connection, database: name };
      await measure(`${name}: no work`, connection, idle);
      await measure(`${name}: migration`, connection, async () => (await open(name, migrations)).close());
    }
    const connection = { ...server.connection, database: 'plain' };
    await measure('partitioned: no work', connection, idle);
    const client = await connect(connection);
    await client.query(endFirstPartition);
    await client.query('analyze audit_event');
    const { pool, close } = await open('plain', migrations);
    await measure(`drop of ${events} entries`, connection, () => dropPartition(pool, 30));
    await close();
    await measure('afterwards: no work', connection, idle);
    for (let round = 0; round < 3; round++) {
      await client.query(addEmptyPartitions);
      const { rows: found } = await client.query(
        `select from pg_inherits where inhparent = 'audit_event'::regclass`,
      );
      await measure(`${found.length} partitions: no work`, connection, idle);
      await measure(`${found.length} partitions: all actions`, connection, idle, {
        action: [...auditActions],
      });
    }
    await client.end();
    await admin.end();
    console.log(table(rows));
  } finally {
    await server.stop();
    await removeDataDir(dataDir);
  }
});

/** @param {pg.ClientConfig} connection */
async function connect(connection) {
  const client = new pg.Client(connection);
  await client.connect();
  return client;
}

/**
 * Reads and inserts while work runs, and adds a row with the times.
 * @param {string} name
 * @param {pg.ClientConfig} connection
 * @param {() => Promise<unknown>} work
 * @param {import('../dist/src/features/audit/audit-events.filter.js').AllAuditEventFilter} filter of the pages
 */
async function measure(name, connection, work, filter = {}) {
  let isOver = false;
  const page = { size: 50, backward: false, cursor: undefined };
  const read = trailStatement({ tenantId: small, filter, position: undefined }, page);
  const insert = {
    name: 'insert',
    text: `insert into audit_event (occurred_at, id, tenant_id, caller_realm, caller_id, action, outcome, request_id)
      values (now(), gen_random_uuid(), $1, 'acme', 'ada', 'tenant.update', 'success', 'bench')`,
    values: [small],
  };
  const loops = [read, insert].map(async (statement) => {
    const client = await connect(connection);
    const times = [];
    while (!isOver) {
      const begin = performance.now();
      await client.query(statement);
      times.push(performance.now() - begin);
    }
    await client.end();
    return times;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const begin = performance.now();
  await work();
  const took = performance.now() - begin;
  isOver = true;
  const [reads = [], inserts = []] = await Promise.all(loops);
  const figures = [reads, inserts].flatMap((times) => [
    median(times),
    percentile(times, 0.99),
    percentile(times, 1),
  ]);
  rows.push([name, took.toFixed(0), `${reads.length}`, ...figures.map((time) => time.toFixed(1))]);
}
