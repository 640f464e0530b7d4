import type { Request } from 'express';
import { invalidField } from '../../platform/errors.js';
import { queryOf, readQueryString } from '../../platform/http/query-string.js';
import type { QueryParameter } from './query-parameters.js';
import { inputAt, type Operation } from './read-operation.js';
import type { Call, ReadVariables, Route, Variables } from './route.js';

/** Collects the parts of a request from which variables are read. */
export const toCall = (request: Request, body: Call['body']): Call => ({
  path: request.params as Call['path'],
  query: queryOf(request.originalUrl),
  body,
});

/**
 * Returns the reader of an operation's variables. An input comes from the path and the body, and other variables come
 * from the path and the query.
 * @param fields the fields that a body may contain, if it may not contain all of the input
 * @throws Error if the input does not have these fields
 */
export function variablesReader(
  operation: Operation,
  parameters: readonly QueryParameter[],
  fields?: Route['body'],
): ReadVariables {
  for (const name of Object.keys(fields ?? {})) inputAt(operation, `input.${name}`);
  const hasInput = operation.variables.has('input');
  if (!hasInput || parameters.length > 0) return (call) => fromQuery(call, parameters, hasInput);
  return (call) => fromBody(call, fields);
}

/** Reads an input. The operation checks its fields. */
function fromBody(call: Call, fields: Route['body']): Variables {
  readQuery(call, []);
  const { path, body = {} } = call;
  const twice = Object.keys(path).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined)
    throw invalidField(twice, 'must not be in the body, because it is part of the path');
  if (fields) requireFields(body, fields);
  return { input: { ...body, ...path } };
}

function requireFields(body: Readonly<Record<string, unknown>>, fields: NonNullable<Route['body']>): void {
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw invalidField(unknown, 'is not a known field');
  const missing = Object.keys(fields).find(
    (name) => fields[name] === 'required' && !Object.hasOwn(body, name),
  );
  if (missing !== undefined) throw invalidField(missing, 'is required');
}

function fromQuery(call: Call, parameters: readonly QueryParameter[], hasInput: boolean): Variables {
  // Without an input, the error about a missing field would name the input.
  const variables = { ...(hasInput && { input: {} }), ...readQuery(call, parameters) };
  const [field] = Object.keys(call.body ?? {});
  if (field !== undefined) throw invalidField(field, 'is not a known field');
  for (const [name, value] of Object.entries(call.path)) {
    setAt(variables, hasInput ? `input.${name}` : name, value);
  }
  return variables;
}

/**
 * Reads the query parameters into variables.
 * @throws AppError BAD_USER_INPUT that names an unknown, repeated or wrongly encoded parameter
 */
function readQuery(call: Call, parameters: readonly QueryParameter[]): Variables {
  const query = readQueryString(call.query);
  const unknown = [...query.keys()].find((name) => !parameters.some((known) => known.name === name));
  if (unknown === '') throw invalidField('query', 'contains a parameter without a name');
  if (unknown !== undefined) throw invalidField(unknown, 'is not a known query parameter');
  const variables = {};
  for (const { name, at, notation, many } of parameters) {
    const given = query.get(name);
    if (!given) continue;
    if (!many && given.length > 1) throw invalidField(name, 'must be given only once');
    const texts = many === 'separated' ? given.flatMap((text) => text.split(',')) : given;
    const values = texts.map((text) => notation.read(text, name));
    setAt(variables, at, many ? values : values[0]);
  }
  return variables;
}

/** Sets a value at a path such as `filter.createdBy.id`, and creates the objects on that path. */
function setAt(object: Variables, path: string, value: unknown): void {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    object[name] = value;
    return;
  }
  const inner = (object[name] ?? {}) as Variables;
  object[name] = inner;
  setAt(inner, rest.join('.'), value);
}
