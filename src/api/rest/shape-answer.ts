import { type GraphQLEnumType, isEnumType } from 'graphql';
import { type Operation, type Selection, selectionAt } from './read-operation.js';
import type { Route } from './route.js';

/** The part of a response that comes from the result of an operation. */
export interface Answer {
  data: unknown;
  page?: Page;
}

interface Page {
  /** The cursor for `after`. Null on the last page. */
  next: string | null;
  hasMore: boolean;
}

/** How a route creates its responses. It is compiled once, so that a request does not need the schema. */
export interface AnswerShape {
  /** One selected field, or several fields under the names that the route gives them. */
  data: Selection | Map<string, Selection>;
  /** Whether the response has a page. A list has a page if a query returns it, and no page if a mutation returns it. */
  isPaged: boolean;
  /** Whether the response contains a new secret. Such a response must not be stored anywhere. */
  hasSecret: boolean;
  shape: (result: Result) => Answer;
}

type Result = Readonly<Record<string, unknown>>;
type Convert = (value: unknown) => unknown;

/**
 * Compiles how a route creates its responses.
 * @throws Error if the route names a field that its operation does not select
 */
export function answerShape({ data, stream }: Route, operation: Operation): AnswerShape {
  const hasSecret = selects(operation.root, 'clientSecret');
  if (typeof data !== 'string') {
    const fields = new Map(Object.entries(data).map(([name, path]) => [name, locate(operation, path)]));
    const readers = [...fields].map(([name, { read }]) => [name, read] as const);
    const shape = (result: Result): Answer => {
      const picked: Record<string, unknown> = {};
      for (const [name, read] of readers) picked[name] = read(result);
      return { data: picked };
    };
    return { data: fields, isPaged: false, hasSecret, shape };
  }
  const isConnection = selectionAt(operation, data).fields.some(({ field }) => field.name === 'pageInfo');
  const found = locate(operation, isConnection ? `${data}.nodes` : data);
  const isPaged = operation.type === 'query' && found.isList;
  const pagePath = stream?.pageInfo ?? (isConnection ? `${data}.pageInfo` : undefined);
  const readPage = pagePath ? pageReader(operation, pagePath) : isPaged && (() => onlyPage);
  return {
    data: found,
    isPaged,
    hasSecret,
    shape: (result) => ({
      data: present(found.read(result)),
      ...(readPage && { page: readPage(result) }),
    }),
  };
}

/** The page of a list that is not a connection. Such a list is always complete. */
const onlyPage: Page = { next: null, hasMore: false };

function pageReader(operation: Operation, path: string) {
  const { read } = locate(operation, path);
  return (result: Result): Page => {
    const info = present(read(result)) as { hasNextPage: boolean; endCursor: string | null };
    return { next: info.hasNextPage ? info.endCursor : null, hasMore: info.hasNextPage };
  };
}

/** Finds a field of the operation, with a function that reads it from a result and converts its enum values. */
function locate(operation: Operation, path: string): Selection & { read: (result: Result) => unknown } {
  const selection = selectionAt(operation, path);
  const convert = converterOf(selection) ?? ((value) => value);
  const steps = path.split('.');
  const follow = (outer: unknown, step: string) => (present(outer) as Result)[step];
  return { ...selection, read: (result) => convert(steps.reduce<unknown>(follow, result)) };
}

/**
 * Returns a value that must not be null. A root field is null only if the response has an error, and then no result is
 * shaped.
 */
function present<Value>(value: Value): NonNullable<Value> {
  if (value === null || value === undefined)
    throw new Error('A field of the result is null without an error');
  return value;
}

/** Creates the conversion of a value. @returns undefined for a value without enums, which needs no conversion */
function converterOf({ type, isList, fields }: Selection): Convert | undefined {
  const convert = isEnumType(type) ? enumConverter(type) : objectConverter(fields);
  if (!convert) return undefined;
  const orNull: Convert = (value) => (value === null ? null : convert(value));
  return isList ? (items) => items && (items as unknown[]).map(orNull) : orNull;
}

function objectConverter(fields: readonly Selection[]): Convert | undefined {
  const converters = fields.flatMap((one) => {
    const convert = converterOf(one);
    return convert ? [[one.field.name, convert] as const] : [];
  });
  if (converters.length === 0) return undefined;
  return (object) => {
    const copy = { ...(object as Record<string, unknown>) };
    for (const [name, convert] of converters) copy[name] = convert(copy[name]);
    return copy;
  };
}

function enumConverter(type: GraphQLEnumType): Convert {
  const words = new Map<unknown, string>(type.getValues().map((value) => [value.name, wordOf(value)]));
  return (name) => words.get(name);
}

/**
 * Returns an enum value as the REST API and the features write it: `active` for `ACTIVE`, `createdAt` for `CREATED_AT`.
 */
export const wordOf = ({ value }: { value?: unknown }): string => String(value);

const selects = ({ field, fields }: Selection, name: string): boolean =>
  field.name === name || fields.some((inner) => selects(inner, name));
