import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { invalidField } from '../../platform/errors.js';
import { queryOf, readQueryString } from '../../platform/http/query-string.js';
import { checkInput } from '../../platform/input-rules.js';

const text = z.string('must be a string');
const object = z.custom<object>(isObject, 'must be an object');

const notHash = 'must be 64 hexadecimal digits';

/**
 * The rule for a hash that replaces the document. The gateway stores no documents, and Apollo rejects a valid hash with
 * PERSISTED_QUERY_NOT_SUPPORTED. Apollo Client and others then send the document. An invalid hash is a fault of the
 * client.
 */
const persistedQuery = z.object(
  {
    version: z.literal(1, 'must be 1'),
    sha256Hash: z.string(notHash).regex(/^[\da-f]{64}$/i, notHash),
  },
  'must be an object with the fields version and sha256Hash',
);

/** The parameters of a request (GraphQL over HTTP, section 5.1). The specification allows others, which are ignored. */
const parameters = z
  .object({
    query: text.optional(),
    operationName: text.nullish(),
    variables: object.nullish(),
    extensions: object.pipe(z.object({ persistedQuery: persistedQuery.optional() })).nullish(),
  })
  .refine(({ query, extensions }) => query || extensions?.persistedQuery, {
    path: ['query'],
    error: 'is required',
  });

/**
 * Checks the parameters of GraphQL over HTTP, and removes empty parameters. Apollo would look for an operation
 * whose name is empty, and would parse an empty text as JSON.
 * @param body the parsed body of a POST request
 * @returns the query of the URL and the body for Apollo, which uses only one of them
 * @throws AppError BAD_USER_INPUT
 */
export function readParameters(
  { method, url = '' }: IncomingMessage,
  body: unknown,
): { search: string; body: object | undefined } {
  return method === 'GET'
    ? { search: `?${new URLSearchParams([...fromUrl(url)])}`, body: undefined }
    : { search: '', body: fromBody(body) };
}

function fromBody(body: unknown): object {
  if (Array.isArray(body))
    throw invalidField('body', 'must be a single JSON object; batching is not supported');
  if (body === undefined) throw invalidField('body', 'is required');
  if (!isObject(body)) throw invalidField('body', `must be a JSON object, not ${typeName(body)}`);
  checkInput(parameters, body);
  const { operationName, ...rest } = body as { operationName?: string };
  return operationName ? body : rest;
}

/** Returns the parameters of a URL that are not empty. */
function fromUrl(url: string): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, values] of readQueryString(queryOf(url))) {
    if (!Object.hasOwn(parameters.shape, name)) continue;
    const [value = '', ...more] = values;
    if (more.length > 0) throw invalidField(name, 'must be given only once');
    if (value !== '' && !isNull(name, value)) given.set(name, value);
  }
  const { variables, extensions, ...texts } = Object.fromEntries(given);
  checkInput(parameters, {
    ...texts,
    variables: fromJson('variables', variables),
    extensions: fromJson('extensions', extensions),
  });
  return given;
}

/** Returns whether a value is JSON null. That is valid (GraphQL over HTTP, section 5.3), but Apollo rejects it in a URL. */
const isNull = (name: string, value: string) =>
  (name === 'variables' || name === 'extensions') && value.trim() === 'null';

function fromJson(field: string, json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    throw invalidField(field, 'must be valid JSON');
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const typeName = (value: unknown) => (value === null ? 'null' : `a ${typeof value}`);
