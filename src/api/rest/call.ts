import type { Request } from 'express';

/** The parts of a request that an operation's variables are read from. */
export interface Call {
  path: Readonly<Record<string, string>>;
  /** Every query parameter, each with all of its values. */
  query: ReadonlyMap<string, readonly string[]>;
  body: Readonly<Record<string, unknown>> | undefined;
}

/** The variables of a GraphQL operation. */
export type Variables = Record<string, unknown>;

/** Reads the variables of a call. @throws AppError BAD_USER_INPUT */
export type ReadVariables = (call: Call) => Variables;

export function toCall(request: Request, body: Call['body']): Call {
  const searchParams = queryOf(request);
  const query = new Map([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
  return { path: request.params as Call['path'], query, body };
}

/** Returns the query of a request, whatever URL is in front of it (RFC 9112, section 3.2.2, allows any). */
export const queryOf = ({ originalUrl }: Request): URLSearchParams =>
  new URLSearchParams(originalUrl.split('?').slice(1).join('?'));
