/**
 * SQLSTATEs that are about the server and not about what was asked of it: the same statement may succeed in a
 * moment (PostgreSQL, appendix A).
 */
const states = new RegExp(
  `^(${[
    '08...', // connection exception
    '25006', // read-only: a standby that was not promoted yet, or a primary that is one no more
    '28...', // the password or the right to connect is gone, for us, not for the caller
    '3D000', // so is the database
    '40001|40P01', // serialization failure, deadlock
    '53...', // out of connections, memory or disk
    '55000|55P03', // takes no connections; a lock is not to be had
    '57014', // statement_timeout
    '57P0.', // shutting down, crashed, starting up, dropped, idle for too long
  ].join('|')})$`,
);

/** Sessions that PostgreSQL ended or did not begin say so, in most of its languages. */
const isFatal = (severity: unknown) => severity === 'FATAL' || severity === 'PANIC';

/** What Node says of a connection. */
const systemCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES)$/;

/** What node-postgres and its pool say, in errors that have no code. */
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
 * Why the database could not do what it was asked, when that is the database's fault: it is away, hangs, starts,
 * is full or locked. Knows the errors of node-postgres, also as the ORM and graphql-js wrap them.
 * @returns a word for the log, which quotes no data; undefined when the error is about something else
 */
export function whyUnavailable(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, syscall, severity, message = '', originalError, thrownValue, cause }: Fields = error;
  if (typeof code === 'string') {
    if (/^[0-9A-Z]{5}$/.test(code) && (states.test(code) || isFatal(severity))) return `SQLSTATE ${code}`;
    // A file that is not there has nothing to do with the database.
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
  /** What graphql-js wraps. */
  originalError?: unknown;
  thrownValue?: unknown;
  cause?: unknown;
}

/** An error for several addresses of a name (AggregateError) has a code, and no syscall. */
const isOfNetwork = (syscall = 'connect') => /^(connect|read|write|getaddrinfo)$/.test(syscall);
