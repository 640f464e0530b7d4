import { types } from 'node:util';
import { type Logger, pino, stdTimeFunctions } from 'pino';

/** Wherever one of these turns up in what is logged, its value is not written. */
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
 * Structured logs on stderr, so that stdout is free for what is told to a person at the start.
 * @param readable lines for people instead of JSON
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
 * How errors are logged: without the row that PostgreSQL repeats when a constraint refuses it, in some fields of its
 * errors. Their message names the constraint.
 */
export const serializers = {
  err: (error: unknown): unknown => {
    // Anything can be thrown.
    if (!types.isNativeError(error)) return error;
    const { detail: _detail, where: _where, hint: _hint, ...told } = pino.stdSerializers.err(error);
    return { ...told, message: withoutDetail(told.message), stack: withoutDetail(told.stack) };
  },
};

/** The ORM writes the same into its messages, and so into their stacks. */
const withoutDetail = (text = '') => text.replace(/\n - (detail|where|hint): [\s\S]*?(?=\n {4}at |$)/g, '');
