import type { Gateway } from '../../harness/gateway.js';
import { send as sendBare } from '../../harness/send.js';
import type { Args, Operation } from './operation.js';

export const transports = ['GraphQL', 'REST'] as const;
export type Transport = (typeof transports)[number];

/** Returns the transports of an operation. */
export const transportsOf = ({ rest }: Operation): readonly Transport[] => (rest ? transports : ['GraphQL']);

/** An answer in a common form of both transports. */
export interface Said {
  status: number;
  /** The code of the error, or OK. */
  code: string;
  details: Record<string, unknown> | undefined;
  message: string;
  /** The data of the answer, which is undefined beside an error. */
  data: unknown;
  /** The text of the answer without the parts that differ each time. */
  text: string;
}

type Send = (gateway: Gateway, operation: Operation, headers: Headers, args: Args) => Promise<Said>;
type Headers = Record<string, string>;

const telling = (body: unknown): string =>
  JSON.stringify(body, (key, value) => (/^(requestId|timestamp)$/.test(key) ? undefined : value));

interface Result {
  error: { code: string; message: string; field: string | null } | null;
}

/** Turns the answer of a bulk operation on one account into the answer of an operation that is not bulk. */
function asOne(said: Said, transport: Transport, results: Result[] | undefined, { ids }: Args): Said {
  const [error] = results?.map((result) => result.error) ?? [];
  // The answer repeats the given id, even of an account of another tenant, so that the comparison has to ignore it.
  const text = [ids].flat().reduce<string>((all, id) => all.replaceAll(String(id), 'as asked'), said.text);
  if (!error) return { ...said, text };
  const { code, message, field } = error;
  const details = field === null ? undefined : { field };
  return {
    status: said.status === 200 ? statusFor(transport, code) : 0,
    code,
    details,
    message,
    data: null,
    text,
  };
}

const overGraphql: Send = async (gateway, operation, headers, args) => {
  const { document, field, isMutation, isBulk } = operation;
  const variables = isMutation ? { input: args } : args;
  const { status, body } = await gateway.graphql(headers, document, variables);
  const [error] = body.errors ?? [];
  const { code = 'OK', details } = error?.extensions ?? {};
  const data = body.data?.[field];
  const said = { status, code, details, message: error?.message, data, text: telling(body) };
  return isBulk ? asOne(said, 'GraphQL', data?.results, args) : said;
};

const overRest: Send = async (gateway, { rest = '', isBulk }, headers, args) => {
  const [method = '', path = ''] = rest.split(' ');
  const inPath = new Set<string>();
  const place = path.replace(/:(\w+)/g, (_, name) => {
    inPath.add(name);
    return encodeURIComponent(String(args[name]));
  });
  const others = Object.entries(args).filter(([name]) => !inPath.has(name));
  const said = await (method === 'GET' || (method === 'DELETE' && others.length > 0)
    ? callRest(gateway, headers, method, `${place}?${new URLSearchParams(others as [string, string][])}`)
    : callRest(gateway, headers, method, place, others.length > 0 ? Object.fromEntries(others) : undefined));
  return isBulk ? asOne(said, 'REST', said.data as Result[] | undefined, args) : said;
};

/** Sends any REST request, also without a matching operation. */
export async function callRest(
  gateway: Gateway,
  headers: Headers,
  method: string,
  path: string,
  body?: unknown,
): Promise<Said> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  // Unlike fetch, node:http sends a body with a GET, but without the header for its length.
  const given = { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(text ?? '')}` };
  const answer = await sendBare(gateway.url + path, {
    method,
    headers: text === undefined ? headers : { ...headers, ...given },
    body: text,
  });
  const { status } = answer;
  // The export answers with a file instead of an envelope.
  const {
    code = 'OK',
    details,
    message,
    data,
  } = typeof answer.body === 'string' ? { data: answer.body, message: '' } : answer.body;
  return { status, code, details, message, data, text: telling(answer.body) };
}

/** Sends an operation over each transport. */
export const send: Record<Transport, Send> = { GraphQL: overGraphql, REST: overRest };

/** Returns the documented status of an answer: GraphQL answers with a 200 even when a field fails. */
export const statusFor = (transport: Transport, code: string): number =>
  (transport === 'REST' ? documented[code] : undefined) ?? 200;

const documented: Record<string, number> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LIMIT_REACHED: 409,
  TENANT_SUSPENDED: 409,
};
