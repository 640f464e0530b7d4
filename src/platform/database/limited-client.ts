import pg from 'pg';

/** When statements are prepared under their names. `auto` means on connections that lead straight to PostgreSQL. */
export type Prepared = 'auto' | 'on' | 'off';

/** The connection options of node-postgres, and the gateway's own. */
export interface ConnectionConfig extends pg.PoolConfig {
  prepared?: Prepared;
}

/** PostgreSQL's time limits, which node-postgres would send as startup parameters. */
const limitNames = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'] as const;
type Limits = Partial<Record<(typeof limitNames)[number], string>>;

/** The message of node-postgres's error when a query exceeds `query_timeout`. */
export const queryTimeoutMessage = 'Query read timeout';

/** Sets the limits of the session, but only if no connection pooler could give the session to another client. */
const setLimitsSql = `
  select pg_backend_pid() = $1 as direct,
    (select count(set_config(key, value, false)) from json_each_text($2) where pg_backend_pid() = $1)`;

// biome-ignore lint/suspicious/noExplicitAny: node-postgres declares the error sometimes as nullable, sometimes not
type Callback = (error: any, result?: any) => void;

/**
 * A client whose statements have PostgreSQL's time limits, also behind a connection pooler such as PgBouncer. A pooler
 * in transaction mode runs each transaction on another session. It rejects or ignores limits in the startup parameters,
 * and a session's prepared statements and settings meet other clients there.
 *
 * On a connection to a pooler, each transaction sets its limits itself, and each statement outside of a transaction
 * gets its own. The client commits when it has the result. Thus, nothing is committed that the gateway has given up on,
 * even if the pooler has queued the statement and runs it later.
 */
export class LimitedClient extends pg.Client {
  /** Whether the connection leads to a pooler. */
  isPooled = false;
  /** Whether statements are prepared under their names. */
  isPrepared = true;
  private readonly limits: Limits;
  private readonly prepared: Prepared;
  /** The statement that sets the limits of a transaction. */
  private setLocalLimits = '';

  constructor(config?: ConnectionConfig) {
    super(config);
    this.prepared = config?.prepared ?? 'auto';
    this.limits = takeLimits(this);
  }

  override connect(callback?: Callback): Promise<never> {
    const connected = super.connect().then(() => this.setLimits().catch((error) => this.giveUp(error)));
    if (!callback) return connected.then(() => this as never);
    connected.then(() => callback(null, this), callback);
    return undefined as never;
  }

  /** A pooler announces a process that does not exist, because it cannot know on which sessions statements will run. */
  private async setLimits(): Promise<void> {
    const { processID } = this as unknown as { processID: number };
    const { rows } = await super.query(setLimitsSql, [processID, JSON.stringify(this.limits)]);
    this.isPooled = !rows[0].direct;
    this.isPrepared = this.prepared === 'on' || (this.prepared === 'auto' && !this.isPooled);
    if (!this.isPooled) return;
    this.setLocalLimits = Object.entries(this.limits)
      .map(([name, value]) => `set local ${name} = ${value}`)
      .join('; ');
    // The client sends `begin` and the statement without waiting in between.
    (this as unknown as { pipeline: boolean }).pipeline = true;
  }

  /** The pool does not close a connection that fails while it is being opened. */
  private async giveUp(error: Error): Promise<never> {
    this.end(() => {});
    throw error;
  }

  override query(...args: unknown[]): never {
    const [first, values] = args as [string | pg.QueryConfig, unknown[]];
    const isStatement = typeof first === 'string' || !('submit' in first);
    if ((!this.isPooled && this.isPrepared) || !isStatement)
      return super.query(...(args as [string])) as never;

    const config = typeof first === 'string' ? { text: first, values } : { values, ...first };
    const statement = Array.isArray(config.values) ? config : { ...config, values: undefined };
    if (!this.isPrepared) statement.name = undefined;
    const result = this.run(statement as pg.QueryConfig);
    const callback = args.at(-1);
    if (typeof callback !== 'function') return result as never;
    result.then((done) => callback(null, done), callback as Callback);
    return undefined as never;
  }

  private run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    // Inside of a transaction, its beginning has set the limits.
    if (!this.setLocalLimits || this.getTransactionStatus() !== 'I') return super.query(statement);
    if (!/^\s*(begin|start transaction)\b/i.test(statement.text)) return this.runInTransaction(statement);
    return super.query({ ...statement, text: `${statement.text}; ${this.setLocalLimits}` });
  }

  private async runInTransaction(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      const begun = super.query(`begin; ${this.setLocalLimits}`);
      const [result] = await Promise.all([super.query(statement), begun]);
      await super.query('commit');
      return result;
    } catch (error) {
      // A connection that has not responded in time is closed.
      const isOpen = (error as Error).message !== queryTimeoutMessage;
      if (isOpen) await super.query('rollback').catch(() => {});
      throw error;
    }
  }
}

/** Removes the limits from the startup parameters of a client. @returns them */
function takeLimits(client: pg.Client): Limits {
  const { connectionParameters } = client as unknown as { connectionParameters: Record<string, string> };
  const limits: Limits = {};
  for (const name of limitNames) {
    const value = connectionParameters[name];
    if (value) limits[name] = `${Number.parseInt(value, 10)}`;
    delete connectionParameters[name];
  }
  return limits;
}
