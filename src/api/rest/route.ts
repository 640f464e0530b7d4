import type { DocumentNode } from 'graphql';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Rows by method and path, such as `GET /api/v1/admin/tenant/:id`. */
export type RouteTable = Readonly<Record<`${Method} /${string}`, Omit<Route, 'method' | 'path'>>>;

/** A REST endpoint, which runs a GraphQL operation. */
export interface Route {
  method: Method;
  path: string;
  operation: DocumentNode;
  /**
   * The path of the response data in the operation's result, such as `updateTenant.tenant`, or such a path for each field
   * of the data. For a connection, the data are its nodes.
   */
  data: string | Readonly<Record<string, string>>;
  /** The envelope's message; for a file, its description in the OpenAPI document. */
  message: string;
  /** Sends the data as a file, and runs the operation as often as needed to read all of it. */
  stream?: FileStream;
  /** Query parameters for the fields of an input object that has no notation of its own: paths by names. */
  query?: Readonly<Record<string, string>>;
  /**
   * Returns the operation's variables, if they are not simply those of path, query and body.
   * @throws AppError BAD_USER_INPUT
   */
  variables?: (call: Call, read: ReadVariables) => Variables;
  /** The description in the OpenAPI document. By default it is that of the operation's root field. */
  description?: string;
  /** Values for the examples in the OpenAPI document that do not follow from the types and names of fields. */
  example?: RouteExample;
}

export interface FileStream {
  mediaType: string;
  /** Other media types that a request may accept to get the file, besides JSON. */
  otherNames: readonly string[];
  filename: string;
  /** The path of `endCursor` and `hasNextPage` in the result. The next run of the operation takes `after`. */
  pageInfo: string;
}

interface RouteExample {
  body?: Readonly<Record<string, unknown>>;
  /** Some of the fields of the response data. */
  data?: Readonly<Record<string, unknown>>;
}

/** The parts of a request that an operation's variables are read from. */
export interface Call {
  path: Readonly<Record<string, string>>;
  /** Every query parameter, each with all of its values. */
  query: ReadonlyMap<string, readonly string[]>;
  body: Readonly<Record<string, unknown>> | undefined;
}

/** The variables of a GraphQL operation. */
export type Variables = Record<string, unknown>;

/** Reads the variables of a request. @throws AppError BAD_USER_INPUT */
export type ReadVariables = (call: Call) => Variables;

/** Returns the names in a path of Express. */
export const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
