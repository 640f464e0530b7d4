import { types } from 'node:util';
import type { Request, RequestHandler, Response } from 'express';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { pinoHttp } from 'pino-http';
import { v7 as uuid } from 'uuid';
import { shorten } from '../errors.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The `x-request-id` of the request, its own or one that the gateway gave it. */
    requestId: string;
  }
}

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

/**
 * Gives each request its id and logs how it ended. Headers and query strings are not logged at all: they are
 * where tokens and secrets travel.
 */
export function logRequests(logger: Logger): RequestHandler {
  const log = pinoHttp<Request, Response>({
    logger,
    genReqId: ({ requestId }) => requestId,
    autoLogging: { ignore: ({ path }) => path === '/healthz' || path === '/readyz' },
    customLogLevel: (_request, { statusCode, headersSent, errored }, error) => {
      if (!headersSent) return 'warn';
      return error || errored || statusCode >= 500 ? 'error' : 'info';
    },
    customSuccessMessage: describe,
    customErrorMessage: describe,
    // pino-http makes up an error for each status from 500 on. What was wrong has a line of its own by then.
    customErrorObject: (_request, _response, _error, { err: _made, ...line }) => line,
    wrapSerializers: false,
    serializers: {
      req: ({ requestId, method, originalUrl, ip }: Request) => ({
        id: requestId,
        method,
        path: pathOf(originalUrl),
        ip,
      }),
      // Node has a 200 ready for what was never answered.
      res: ({ statusCode, headersSent, errored }: Response) =>
        headersSent ? { statusCode, ...(errored && { brokenOff: true }) } : { aborted: true },
    },
  });
  return (request, response, next) => {
    request.requestId = requestIdOf(request);
    response.set('x-request-id', request.requestId);
    log(request, response);
    next();
  };
}

/**
 * The id that a proxy or the caller gave, if it is fit for a log, or a new one. Who sends one UUID as its
 * idempotency key, too, gets a new one: that key is written nowhere.
 */
function requestIdOf(request: Request): string {
  const given = request.get('x-request-id') ?? '';
  if (!/^[\w.:/+=-]{1,128}$/.test(given)) return uuid();
  const isSecret = looksSecret.test(given) || request.get('idempotency-key')?.includes(given);
  return isSecret ? uuid() : given;
}

const describe = ({ method, originalUrl }: Request, { statusCode, headersSent }: Response) =>
  `${method} ${pathOf(originalUrl)} ${headersSent ? statusCode : 'aborted'}`;

/** Tokens and secrets, wherever somebody has put them. For short texts: its time grows by the square of a length. */
const looksSecret = /eyJ[\w-]+\.[\w.-]+|sa_secret_\w+/;

const pathOf = (url: string) =>
  shorten(url.split('?', 1)[0] ?? '').replace(new RegExp(looksSecret, 'g'), '[redacted]');
