/**
 * SQLSTATEs that are about the server and not about the statement: the same statement may succeed in a moment
 * (PostgreSQL, appendix A).
 */
const states = new RegExp(
  `^(${[
    '08...', // connection exception
    '25006', // read-only: a standby that is not promoted yet, or a former primary
    '28...', // the gateway, not its caller, has lost its password or its right to connect
    '3D000', // the database does not exist
    '40001|40P01', // serialization failure, deadlock
    '53...', // out of connections, memory or disk
    '55000|55P03', // takes no connections; a lock is not available
    '57014', // statement_timeout
    '57P0.', // shutting down, crashed, starting up, dropped, idle for too long
  ].join('|')})$`,
);

/** Tells whether PostgreSQL has ended or refused the session. Most translations of PostgreSQL keep these words. */
const isFatal = (severity: unknown) => severity === 'FATAL' || severity === 'PANIC';

/** Node's codes of errors of a connection. */
const systemCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES)$/;

/** Messages of node-postgres and its pool, whose errors have no code. */
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
 * Tells why the database could not run a statement when that is the database's fault: it is away, hangs, starts, is
 * full or locked. It knows the errors of node-postgres, also as the ORM and graphql-js wrap them.
 * @returns the reason for the log, which quotes no data; undefined when the error is about something else
 */
export function whyUnavailable(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, syscall, severity, message = '', originalError, thrownValue, cause }: Fields = error;
  if (typeof code === 'string') {
    if (/^[0-9A-Z]{5}$/.test(code) && (states.test(code) || isFatal(severity))) return `SQLSTATE ${code}`;
    // ENOENT of a file, for example, has nothing to do with the database.
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
  /** The error that graphql-js has wrapped. */
  originalError?: unknown;
  /** A value that graphql-js has wrapped and that is not an Error. */
  thrownValue?: unknown;
  /** The error that the ORM has wrapped. */
  cause?: unknown;
}

/** Tells whether an error is about the network. One about several addresses (AggregateError) has no syscall. */
const isOfNetwork = (syscall = 'connect') => /^(connect|read|write|getaddrinfo)$/.test(syscall);
/**
 * Returns the name of the unique constraint that a statement has violated (SQLSTATE 23505), or undefined for any other
 * error. The fields are the same in node-postgres's errors and in the ORM's.
 */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' ? constraint : undefined;
}
