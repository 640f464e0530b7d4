import { causeOf } from '../../../platform/database/database-errors.js';
import type { Database } from '../../../platform/database/sql.js';
import { insertServiceAccounts } from './create-service-account.sql.js';
import type { Creation, TriedRow } from './creation.js';
import { rejectAll, rejectImpatient, take, takeBatch, type Waiting } from './waiting-creations.js';

/**
 * The maximum number of statements for several tenants at the same time. While PostgreSQL writes the commit of one to
 * the disk, it runs the other.
 */
const maxStatements = 2;

/**
 * Creates accounts with few statements: accounts that arrive while two statements run share the next one. An account
 * that arrives while fewer run does not wait for others to arrive.
 *
 * A statement for several tenants skips the tenants that another transaction has locked, for example one of another
 * gateway. Each of these tenants then has its own statements, which wait for the lock, one after the other. If a
 * statement fails because of an account or a lock, the same applies to its tenants. If a statement for one tenant fails
 * because of an account, each account gets its own statement. So an account fails because of another one only if both
 * shared a connection that was lost, or if they have the same tenant and waited too long for a lock.
 */
export class Creations {
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private scheduled = false;
  /** The tenants of the statements that run. Another statement would find them locked. */
  private readonly inProgress = new Set<string>();
  /** The waiting accounts of each tenant that has its own statements. */
  private readonly apart = new Map<string, Waiting[]>();

  constructor(private readonly database: Database) {}

  /**
   * Tries to create an account.
   * @throws the error of a statement for this account alone, or of an unavailable database
   */
  create(creation: Creation): Promise<TriedRow> {
    return new Promise((resolve, reject) => {
      const one = { ...creation, since: performance.now(), resolve, reject };
      const queue = this.apart.get(one.tenantId);
      (queue ?? this.waiting).push(one);
      if (!queue) this.schedule();
    });
  }

  /** Accounts that arrive in the same turn of the event loop share a statement. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.startNext();
    });
  }

  private startNext(): void {
    if (this.running === maxStatements) return;
    const batch = takeBatch(this.waiting, this.inProgress);
    if (batch.length === 0) return;
    const tenants = new Set(batch.map(({ tenantId }) => tenantId));
    for (const tenant of tenants) this.inProgress.add(tenant);
    this.running += 1;
    const end = () => {
      for (const tenant of tenants) this.inProgress.delete(tenant);
      this.running -= 1;
      this.startNext();
    };
    this.insert(batch, 'skip').then(
      (tried) => {
        // The next statement runs while the callers of this one continue.
        end();
        process.nextTick(() => this.settle(tried));
      },
      (error) => {
        this.handleFailure(batch, error);
        end();
      },
    );
    this.startNext();
  }

  private async insert(batch: Waiting[], locked: 'skip' | 'wait'): Promise<[Waiting, TriedRow][]> {
    const rows = await insertServiceAccounts(
      this.database,
      batch.map(({ values }) => values),
      locked,
    );
    const byId = new Map(rows.map((row) => [row.triedId, row]));
    return batch.map((one) => [one, byId.get(one.values.id) as TriedRow]);
  }

  /** Sets apart the accounts that are valid but were not created, mostly because their tenant is locked. */
  private settle(tried: [Waiting, TriedRow][]): void {
    const isUndecided = ({ id, valid }: TriedRow) => id === null && valid;
    this.setApart(tried.filter(([, row]) => isUndecided(row)).map(([one]) => one));
    for (const [one, row] of tried) if (!isUndecided(row)) one.resolve(row);
  }

  private handleFailure(batch: Waiting[], error: unknown): void {
    const isOfServer = causeOf(error) === 'server';
    if (isOfServer || batch.length === 1) rejectAll(batch, error);
    else this.setApart(batch);
    if (isOfServer) rejectImpatient(this.waiting, error);
  }

  private setApart(accounts: Waiting[]): void {
    for (const one of accounts) {
      const queue = this.apart.get(one.tenantId);
      if (queue) queue.push(one);
      else {
        this.apart.set(one.tenantId, [one]);
        setImmediate(() => this.runApart(one.tenantId));
      }
    }
  }

  private async runApart(tenantId: string): Promise<void> {
    const queue = this.apart.get(tenantId) ?? [];
    for (const one of take(this.waiting, (one) => one.tenantId === tenantId)) queue.push(one);
    while (queue.length > 0) await this.runBatch(takeBatch(queue), queue);
    this.apart.delete(tenantId);
  }

  /** Runs a statement for accounts of one tenant. @param queue the further accounts of the tenant */
  private async runBatch(batch: Waiting[], queue: Waiting[]): Promise<void> {
    try {
      for (const [one, row] of await this.insert(batch, 'wait')) one.resolve(row);
    } catch (error) {
      const isOfAccount = causeOf(error) === 'statement';
      if (isOfAccount && batch.length > 1) {
        for (const one of batch) await this.runBatch([one], queue);
      } else rejectAll(batch, error);
      if (!isOfAccount) rejectImpatient(queue, error);
    }
  }
}
