import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Call } from './call.js';
import type { Parameters } from './parameters.js';

/** What a row says for the OpenAPI document. */
export interface Documented {
  /** What it does, where its root field does more or less. */
  summary?: string;
  /** What it is listed under; otherwise the first segment of its path. */
  tag?: string;
  /** What stands in its examples, where that does not follow from types and names of fields. */
  example?: RouteExample;
}

/** What every call has, whatever its answer looks like. */
interface Asked<Data, Variables> extends Documented {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  operation: TypedDocumentNode<Data, Variables>;
  /** The query parameters, if there are any. */
  parameters?: Parameters;
  /** The operation's variables. @throws AppError BAD_USER_INPUT */
  variables: (call: Call) => Variables;
}

export interface RouteExample {
  path?: Readonly<Record<string, string>>;
  body?: Readonly<Record<string, unknown>>;
  /** Some of the fields of the answer. */
  data?: Readonly<Record<string, unknown>>;
}

/** A call that is answered in the envelope. */
interface Enveloped<Data, Variables> extends Asked<Data, Variables> {
  /** The envelope's message. */
  message: string;
  /** The envelope's data, with the documented fields in the documented order. */
  data: (result: Data) => object;
  /** Where a list goes on. */
  page?: (result: Data) => Page;
  /** An answer with a secret in it is not to be stored anywhere. */
  secret?: true;
  stream?: undefined;
}

/** A call that is answered with a file, out of as many runs of its operation as it takes. */
export interface Streamed<Data, Variables> extends Asked<Data, Variables> {
  stream: Stream<Data>;
}

export interface Stream<Data> {
  /** Of the answer. */
  mediaType: string;
  /** By what else it may be asked for, beside JSON. */
  otherNames: readonly string[];
  filename: string;
  /** A part of it, and where the next one begins: that is the operation's `after`. */
  part: (result: Data) => { text: string; next: string | null; hasMore: boolean };
}

export type Route<Data, Variables> = Enveloped<Data, Variables> | Streamed<Data, Variables>;

export interface Page {
  /** The cursor for `after`; null on the last page. */
  next: string | null;
  hasMore: boolean;
}

/** A row among others. */
export type AnyRoute = Route<unknown, Record<string, unknown>>;

/** Gives each row the types of its own operation. */
export const route = <Data, Variables>(row: Route<Data, Variables>) => row as unknown as AnyRoute;
