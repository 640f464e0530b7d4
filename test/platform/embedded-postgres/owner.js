// Stands for the process of a gateway: it starts the database of the given DATA_DIR, adds a row, sends its
// connection to its parent, and continues running.
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedDatabase } from '../../../dist/src/platform/embedded-postgres/start.js';

const database = await startEmbeddedDatabase({
  dataDir: process.argv[2],
  log: pino({ level: 'silent' }),
  settings: { fsync: 'off' },
});
const client = new pg.Client(database.connection);
await client.connect();
await client.query('create table kept as select 1 as n');
process.send(database.connection);
