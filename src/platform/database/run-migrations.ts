import { Migrator } from '@mikro-orm/migrations';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { StartError } from '../start-error.js';
import { run } from './sql.js';

/** The error if a migration has waited too long for a table. It can be tried again. */
export class TableInUse extends StartError {
  constructor(
    message: string,
    readonly migration: string,
  ) {
    super(message);
  }
}

/** A migration may take any time. But the role, the database or DATABASE_URL may have limits for all transactions. */
const removeLimits = `
  select set_config(name, '0', true) from pg_settings
  where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`;

/** The codes of PostgreSQL's errors for a lock that is not available in time, and for a deadlock. */
const inUse = ['55P03', '40P01'];

/**
 * Applies all pending migrations in the transaction.
 * @returns true
 * @throws StartError if a migration fails
 */
export async function runMigrations(tx: EntityManager, log: Logger): Promise<true> {
  let name = '';
  const migrator = new MigratorInTransaction(tx);
  migrator.on('migrating', (migration) => {
    name = migration.name;
  });
  migrator.on('migrated', (migration) => {
    log.info({ migration: migration.name }, 'Migration was applied');
  });
  try {
    await run(tx, { text: removeLimits });
    await migrator.up({ transaction: tx.getTransactionContext() });
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    const message = `DATABASE_URL: migration ${name} failed: ${withoutData(error as Error)}. The schema is unchanged.`;
    throw inUse.includes(code ?? '') ? new TableInUse(message, name) : new StartError(message);
  }
}

/**
 * MikroORM's migrator with its table of migrations in the same transaction. MikroORM itself creates it over another
 * connection, which a pooler may not have.
 */
class MigratorInTransaction extends Migrator {
  constructor(private readonly tx: EntityManager) {
    super(tx);
  }

  override async init(): Promise<void> {
    this.storage.setMasterMigration?.(this.tx.getTransactionContext());
    await this.storage.ensureTable?.();
  }
}

/** Returns PostgreSQL's message without the data that it quotes. The ORM adds details on further lines. */
function withoutData({ message, code }: Error & { code?: string }): string {
  const [line = ''] = message.split('\n');
  return line.replace(/: ".*/, '') + (code ? ` (SQLSTATE ${code})` : '');
}
