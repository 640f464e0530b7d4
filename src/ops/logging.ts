import type { RequestHandler } from 'express';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { pinoHttp } from 'pino-http';
import pretty from 'pino-pretty';
import { v7 as uuid } from 'uuid';

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
export function createLogger(level: string, readable: boolean): Logger {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  };
  const destination = { fd: process.stderr.fd };
  return readable
    ? pino(options, pretty({ destination: destination.fd, colorize: true, ignore: 'pid,hostname' }))
    : pino(options, pino.destination(destination));
}

/**
 * Gives each request its id and logs how it ended. Headers and query strings are not logged at all: they are
 * where tokens and secrets travel.
 */
export function logRequests(logger: Logger): RequestHandler {
  const log = pinoHttp({
    logger,
    genReqId: (request, response) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && /^[\w.:/+=-]{1,128}$/.test(given) ? given : uuid();
      response.setHeader('x-request-id', id);
      return id;
    },
    autoLogging: { ignore: ({ url }) => url === '/healthz' || url === '/readyz' },
    customLogLevel: (_request, { statusCode }, error) => (error || statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: (request, { statusCode }) =>
      `${request.method} ${pathOf(request.url)} ${statusCode}`,
    customErrorMessage: (request, { statusCode }) => `${request.method} ${pathOf(request.url)} ${statusCode}`,
    serializers: {
      req: (request) => ({ id: request.id, method: request.method, path: pathOf(request.url) }),
      res: (response) => ({ statusCode: response.statusCode }),
    },
  });
  return (request, response, next) => {
    log(request, response);
    request.requestId = String(request.id);
    next();
  };
}

const pathOf = (url = '') => url.split('?', 1)[0];
