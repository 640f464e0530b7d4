import { types } from 'node:util';
import { type Logger, pino, stdTimeFunctions } from 'pino';

/** The names of the fields whose values are never logged. */
const secrets = [
  'authorization',
  'clientSecret',
  'client_secret',
  'secret',
  'token',
  'password',
  'idempotencyKey',
];

/**
 * Creates a logger that writes structured entries to stderr. stdout is for the banner.
 * @param readable whether entries are text for people instead of JSON
 */
export async function createLogger(level: string, readable: boolean): Promise<Logger> {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    serializers,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  };
  const destination = process.stderr.fd;
  if (!readable) return pino(options, pino.destination(destination));
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ destination, colorize: true, singleLine: true, ignore: 'pid,hostname,req,res,responseTime' }),
  );
}

/**
 * Serializers that log errors without row data. When a constraint is violated, PostgreSQL repeats the row in some
 * fields of the error. The message still names the constraint.
 */
export const serializers = {
  err: (error: unknown): unknown => {
    if (!types.isNativeError(error)) return error;
    const { detail: _detail, where: _where, hint: _hint, ...fields } = pino.stdSerializers.err(error);
    return { ...fields, message: withoutDetail(fields.message), stack: withoutDetail(fields.stack) };
  },
};

/** Removes the row data from a message or a stack, because the ORM repeats it there. */
const withoutDetail = (text = '') => text.replace(/\n - (detail|where|hint): [\s\S]*?(?=\n {4}at |$)/g, '');
