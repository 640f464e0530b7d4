import { type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { InFlightRequests } from './in-flight-requests.js';

interface Refusal {
  status: number;
  code: string;
  message: string;
}

/** The responses to requests that Node's HTTP parser rejects, by its error code. Express never sees such a request. */
const refusals: Record<string, Refusal> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'REQUEST_TIMEOUT',
    message: 'The complete request did not arrive in time',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'HEADERS_TOO_LARGE',
    message: 'The URL and the headers exceed the limit of 16 kB',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
    message: 'The chunk extensions of the request body are too large',
  },
};
const malformed = { status: 400, code: 'BAD_REQUEST', message: 'The request is not valid HTTP/1.1' };
const noTunnel = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'The CONNECT method is not supported, because the gateway is not a proxy',
};
const expectation = {
  status: 417,
  code: 'EXPECTATION_FAILED',
  message: 'The only supported value of the expect header is 100-continue',
};

/**
 * Responds to requests that Node's HTTP parser rejects, and closes their connections. Otherwise Node would respond with
 * an empty body, or not at all.
 */
export function refuseMalformed(server: Server, inFlight: InFlightRequests): void {
  const refused = new WeakSet<Duplex>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const pending = inFlight.of(socket);
    const last = pending.findLast(({ request }) => request.complete);
    if (!socket.writable) socket.destroy();
    // An earlier request of the connection must get its own response first, because the client would take the error for
    // that response.
    else if (last) endAfter(last.response, socket);
    else if (inFlight.isAnswered(socket) || pending.some(({ response }) => response.headersSent))
      socket.destroy();
    else answer(socket, refusals[error.code ?? ''] ?? malformed);
  });
  server.on('connect', (_request, socket) => {
    // Node has removed its own listeners from this socket. An 'error' event without a listener would end the process.
    socket.on('error', () => socket.destroy());
    answer(socket, noTunnel);
  });
  server.on('checkExpectation', (_request, response: ServerResponse) => refuse(response, expectation));
}

/**
 * Rejects a request whose request line contains an absolute URL that cannot be parsed. RFC 9112, section 3.2.2, allows
 * absolute URLs. Express would match such a request with no route.
 */
export const refuseUnreadable =
  (handler: RequestListener): RequestListener =>
  (request, response) => {
    const { url = '' } = request;
    if (/^[\w+.-]+:/.test(url) && !URL.canParse(url)) refuse(response, malformed);
    else handler(request, response);
  };

function refuse(response: ServerResponse, refusal: Refusal): void {
  const body = envelope(refusal);
  response
    .writeHead(refusal.status, {
      'content-type': json,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      connection: 'close',
    })
    .end(body);
}

function endAfter(response: ServerResponse, socket: Duplex): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
  response.once('close', () => socket.destroy());
}

const json = 'application/json; charset=utf-8';

const envelope = ({ status, code, message }: Refusal) =>
  JSON.stringify({
    success: false,
    message,
    error: STATUS_CODES[status],
    code,
    timestamp: new Date().toISOString(),
  });

function answer(socket: Duplex, refusal: Refusal): void {
  const body = envelope(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    `content-type: ${json}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  // Without this, a client that continues to send and never reads would keep the connection open.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
