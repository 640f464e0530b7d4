import type { Request } from 'express';
import { invalidField } from '../../platform/errors.js';

/** What a route is told of a request. */
export interface Call {
  /** Out of the path. */
  params: Readonly<Record<string, string>>;
  /** Every query parameter, each with all of its values. */
  query: ReadonlyMap<string, readonly string[]>;
  body: Readonly<Record<string, unknown>> | undefined;
}

/** Whatever stands before it: a request line may name any URL (RFC 9112, section 3.2.2). */
export const queryOf = ({ originalUrl }: Request): URLSearchParams =>
  new URLSearchParams(originalUrl.split('?').slice(1).join('?'));

export function toCall(request: Request, body: Call['body']): Call {
  const searchParams = queryOf(request);
  const query = new Map([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
  return { params: request.params as Call['params'], query, body };
}

/** @throws AppError BAD_USER_INPUT that names a query parameter beyond these */
export function allowQuery({ query }: Call, known: readonly string[] = []): void {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown === '') throw invalidField('query', 'has a parameter without a name');
  if (unknown !== undefined) throw invalidField(unknown, 'there is no such query parameter');
}

/** @throws AppError BAD_USER_INPUT that names a field of a body, where none is asked for */
export function refuseBody({ body }: Call): void {
  const [field] = Object.keys(body ?? {});
  if (field !== undefined) throw invalidField(field, 'there is no such field');
}

/**
 * The variables of a mutation: one input, out of the path and the body. Its fields are looked at when it is run.
 * @throws AppError BAD_USER_INPUT for an id in the body, too
 */
export function input<Input>(call: Call): { input: Input } {
  allowQuery(call);
  const { params, body = {} } = call;
  const twice = Object.keys(params).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined) throw invalidField(twice, 'there is no such field: it is in the path');
  return { input: { ...body, ...params } as Input };
}

/** Of a query about one thing. */
export function byId(call: Call): { id: string } {
  allowQuery(call);
  refuseBody(call);
  return { id: call.params.id ?? '' };
}
