import type { DocumentNode } from 'graphql';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Rows by method and path, such as `GET /api/v1/admin/tenant/:id`. */
export type RouteTable = Readonly<Record<`${Method} /${string}`, Omit<Route, 'method' | 'path'>>>;

/** A REST call: a GraphQL operation under another name. */
export interface Route {
  method: Method;
  path: string;
  operation: DocumentNode;
  /**
   * Where in the operation's result the answer's data is, such as `updateTenant.tenant`; or such a path for each
   * field of the data. A connection stands for its nodes.
   */
  data: string | Readonly<Record<string, string>>;
  /** The envelope's message; for a file, its description in the OpenAPI document. */
  message: string;
  /** Sends the data as a file, out of as many runs of the operation as it takes. */
  stream?: FileStream;
  /** Query parameters for the fields of an input object that has no notation of its own: name to path. */
  query?: Readonly<Record<string, string>>;
  /**
   * The operation's variables, where they are not just those of path, query and body.
   * @throws AppError BAD_USER_INPUT
   */
  variables?: (call: Call, read: ReadVariables) => Variables;
  /** The summary in the OpenAPI document, where the root field does more or less. */
  summary?: string;
  /** The values of the OpenAPI document's examples that do not follow from types and names of fields. */
  example?: RouteExample;
}

export interface FileStream {
  mediaType: string;
  /** Other media types under which it may be asked for, beside JSON. */
  otherNames: readonly string[];
  filename: string;
  /** Where in the result `endCursor` and `hasNextPage` are; the next run of the operation takes `after`. */
  pageInfo: string;
}

interface RouteExample {
  body?: Readonly<Record<string, unknown>>;
  /** Some of the fields of the answer. */
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

/** Reads the variables of a call. @throws AppError BAD_USER_INPUT */
export type ReadVariables = (call: Call) => Variables;

/** Returns the names in a path of Express. */
export const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
