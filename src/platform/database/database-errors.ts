/**
 * SQLSTATEs whose cause is the server and not the statement. The same statement may succeed a moment later (PostgreSQL,
 * appendix A).
 */
const states = new RegExp(
  `^(${[
    '08...', // connection exception
    '25006', // read-only transaction: a standby that is not promoted yet, or a former primary
    '28...', // the gateway's password is wrong, or it may not connect; the caller is not the cause
    '3D000', // the database does not exist
    '40001|40P01', // serialization failure, deadlock
    '53...', // out of connections, memory or disk
    '55000|55P03', // the database does not accept connections; a lock is not available
    '57014', // statement_timeout
    '57P0.', // shut down, crashed, starting up, database dropped, idle for too long
  ].join('|')})$`,
);

/**
 * Returns whether PostgreSQL has ended or rejected the session. Most translations of PostgreSQL keep these two words.
 */
const isFatal = (severity: unknown) => severity === 'FATAL' || severity === 'PANIC';

/** Node's error codes for connections. */
const systemCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES)$/;

/** Error messages of node-postgres and its pool, for errors without a code. */
const messages = [
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'There was an error establishing an SSL connection',
];

/**
 * Returns why the database could not run a statement, if the database is the cause: it is unreachable, does not
 * respond, is starting, is full, or is locked. Recognizes the errors of node-postgres, including those wrapped by the
 * ORM or graphql-js.
 * @returns the reason for the log, without any data; undefined if the error has another cause
 */
export function whyUnavailable(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, syscall, severity, message = '', originalError, thrownValue, cause }: Fields = error;
  if (typeof code === 'string') {
    if (/^[0-9A-Z]{5}$/.test(code) && (states.test(code) || isFatal(severity))) return `SQLSTATE ${code}`;
    // A code such as ENOENT may also come from a file, which is not related to the database.
    if (systemCodes.test(code) && isOfNetwork(syscall)) return code;
  }
  if (messages.includes(message)) return message;
  return whyUnavailable(originalError ?? thrownValue ?? cause);
}

interface Fields {
  code?: unknown;
  syscall?: string;
  severity?: string;
  message?: string;
  /** The error that graphql-js wrapped. */
  originalError?: unknown;
  /** A thrown value that is not an Error, wrapped by graphql-js. */
  thrownValue?: unknown;
  /** The error that the ORM wrapped. */
  cause?: unknown;
}

/** Returns whether an error is a network error. An error about several addresses (AggregateError) has no syscall. */
const isOfNetwork = (syscall = 'connect') => /^(connect|read|write|getaddrinfo)$/.test(syscall);
/**
 * Returns the name of the unique constraint that a statement violated (SQLSTATE 23505), or undefined for any other
 * error. The errors of node-postgres and of the ORM have the same fields.
 */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' ? constraint : undefined;
}

/** SQLSTATEs of a statement that has met a lock, or that took too long, mostly because it waited for a lock. */
const lockStates = /^(40001|40P01|55P03|57014)$/;

/**
 * Returns the cause of an error: the statement itself, such as a value that violates a constraint; a lock; or the
 * server or the connection. Nothing that the statement did has taken effect, unless the cause is the server: then that
 * is not known.
 */
export function causeOf(error: unknown): 'statement' | 'lock' | 'server' {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || isFatal(severity)) return 'server';
  if (lockStates.test(code)) return 'lock';
  return whyUnavailable(error) ? 'server' : 'statement';
}
