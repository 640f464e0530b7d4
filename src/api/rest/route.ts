import type { DocumentNode } from 'graphql';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Routes by method and path, such as `GET /api/v1/admin/tenant/:id`. */
export type RouteTable = Readonly<Record<`${Method} /${string}`, Omit<Route, 'method' | 'path'>>>;

/** A REST endpoint, which runs a GraphQL operation. */
export interface Route {
  method: Method;
  path: string;
  operation: DocumentNode;
  /**
   * The path of the response data in the operation's result, such as `updateTenant.tenant`. Alternatively, a path for
   * each field of the data. For a connection, the data is its nodes.
   */
  data: string | Readonly<Record<string, string>>;
  /** The message of the envelope. For a file, its description in the OpenAPI document. */
  message: string;
  /** Sends the data as a file. The operation runs as often as needed to read all data. */
  stream?: FileStream;
  /** Query parameters for the fields of an input object without a notation, as paths by names. */
  query?: Readonly<Record<string, string>>;
  /** The fields of the input that the body may contain. Defaults to all that are not in the path. */
  body?: Readonly<Record<string, 'required' | 'optional'>>;
  /**
   * Returns the variables of the operation. Defaults to the variables of path, query and body.
   * @throws AppError BAD_USER_INPUT
   */
  variables?: (call: Call, read: ReadVariables) => Variables;
  /** The description in the OpenAPI document. Defaults to the description of the operation's root field. */
  description?: string;
  /** Values for the examples in the OpenAPI document that cannot be derived from the types and names of fields. */
  example?: RouteExample;
}

export interface FileStream {
  mediaType: string;
  /** Other media types, besides JSON, that a request may accept to get the file. */
  otherNames: readonly string[];
  filename: string;
  /**
   * The path of `endCursor` and `hasNextPage` in the result. The next run of the operation gets `endCursor` as `after`.
   */
  pageInfo: string;
}

interface RouteExample {
  body?: Readonly<Record<string, unknown>>;
  /** Some of the fields of the response data. */
  data?: Readonly<Record<string, unknown>>;
}

/** The parts of a request from which the variables of an operation are read. */
export interface Call {
  path: Readonly<Record<string, string>>;
  /** The query of the URL, not decoded. */
  query: string;
  body: Readonly<Record<string, unknown>> | undefined;
}

/** The variables of a GraphQL operation. */
export type Variables = Record<string, unknown>;

/** Reads the variables of a request. @throws AppError BAD_USER_INPUT */
export type ReadVariables = (call: Call) => Variables;

/** Returns the names of the parameters in an Express path. */
export const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
