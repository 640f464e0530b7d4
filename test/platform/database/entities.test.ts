import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { entities } from '../../../src/features/entities.js';
import { startDatabaseServer } from '../../../src/platform/database/database-server.js';
import { type OpenDatabase, openDatabase } from '../../../src/platform/database/open-database.js';
import { createDatabase } from '../../harness/database.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
let opened: OpenDatabase;

beforeAll(async () => {
  database = await createDatabase();
  const log = pino({ level: 'silent' });
  const server = await startDatabaseServer({ databaseUrl: database.url, dataDir: '' }, log);
  opened = await openDatabase(entities, server, log);
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

/**
 * The test compares tables, columns, types and nullability. Defaults, indexes, checks and triggers are in the
 * migrations alone, and entities do not describe them.
 */
test('the entities and the migrations agree on tables and columns', async () => {
  const difference = await opened.orm.schema.getUpdateSchemaSQL();
  const faults = difference
    .split('\n')
    .filter((line) => /table/.test(line) && !/(add|drop) constraint|drop default|drop trigger/.test(line));
  expect(faults).toEqual([]);
});
