import { type GraphQLEnumType, isEnumType } from 'graphql';
import { type Operation, type Selection, selectionAt } from './read-operation.js';
import type { Route } from './route.js';

/** What REST answers, made of the result of an operation. */
export interface Answer {
  data: unknown;
  /** Only lists that are read have pages. */
  page?: Page;
}

export interface Page {
  /** The cursor for `after`; null on the last page. */
  next: string | null;
  hasMore: boolean;
}

/** How the result of a row's operation becomes an answer. It is made once, so that a request looks into no schema. */
export interface AnswerShape {
  /** One field of the result, or several under names of the row's own. */
  data: Selection | Map<string, Selection>;
  isPaged: boolean;
  /** Whether a secret is in it, which is not to be stored anywhere. */
  hasSecret: boolean;
  shape: (result: Result) => Answer;
}

type Result = Readonly<Record<string, unknown>>;
type Convert = (value: unknown) => unknown;

/** @throws Error for a row that names a field which its operation does not select */
export function answerShape({ data, stream }: Route, operation: Operation): AnswerShape {
  const hasSecret = selects(operation.root, 'clientSecret');
  if (typeof data === 'object') {
    const fields = Object.entries(data).map(([name, path]) => [name, fieldAt(operation, path)] as const);
    return {
      data: new Map(fields.map(([name, { selection }]) => [name, selection])),
      isPaged: false,
      hasSecret,
      shape: (result) => ({
        data: Object.fromEntries(fields.map(([name, { read }]) => [name, read(result)])),
      }),
    };
  }
  const isConnection = selectionAt(operation, data).fields.some(({ name }) => name === 'pageInfo');
  const { selection, read } = fieldAt(operation, isConnection ? `${data}.nodes` : data);
  const pageInfo = stream?.pageInfo ?? (isConnection ? `${data}.pageInfo` : undefined);
  const isPaged = stream === undefined && operation.type === 'query' && selection.isList;
  const readPage = pageInfo === undefined ? isPaged && (() => whole) : pageAt(operation, pageInfo);
  return {
    data: selection,
    isPaged,
    hasSecret,
    shape: (result) => ({ data: present(read(result)), ...(readPage && { page: readPage(result) }) }),
  };
}

/** The page of a list that has all of it. */
const whole: Page = { next: null, hasMore: false };

function pageAt(operation: Operation, path: string): (result: Result) => Page {
  const { read } = fieldAt(operation, path);
  return (result) => {
    const { hasNextPage, endCursor } = present(read(result)) as {
      hasNextPage: boolean;
      endCursor: string | null;
    };
    return { next: hasNextPage ? endCursor : null, hasMore: hasNextPage };
  };
}

/** A root field is null only beside an error, which has been answered by then. */
function present<Value>(value: Value): NonNullable<Value> {
  if (value === null || value === undefined) throw new Error('a field is null without an error');
  return value;
}

/** Reads one field of a result, its enums converted. */
function fieldAt(operation: Operation, path: string): { selection: Selection; read: Convert } {
  const selection = selectionAt(operation, path);
  const convert = converterOf(selection) ?? ((value) => value);
  const steps = path.split('.');
  return {
    selection,
    read: (result) =>
      convert(steps.reduce<unknown>((outer, step) => (present(outer) as Result)[step], result)),
  };
}

/** @returns undefined for what stays as it is, so that nothing is done for it */
function converterOf({ type, isList, fields }: Selection): Convert | undefined {
  const convert = isEnumType(type) ? wordConverter(type) : objectConverter(fields);
  if (!convert) return undefined;
  const orNull: Convert = (value) => (value === null ? null : convert(value));
  return isList ? (items) => items && (items as unknown[]).map(orNull) : orNull;
}

function objectConverter(fields: readonly Selection[]): Convert | undefined {
  const converted = fields.flatMap((field) => {
    const convert = converterOf(field);
    return convert ? [[field.name, convert] as const] : [];
  });
  if (converted.length === 0) return undefined;
  return (object) => {
    const copy = { ...(object as Record<string, unknown>) };
    for (const [name, convert] of converted) copy[name] = convert(copy[name]);
    return copy;
  };
}

function wordConverter(type: GraphQLEnumType): Convert {
  const words = new Map<unknown, string>(type.getValues().map((value) => [value.name, wordOf(value)]));
  return (name) => words.get(name);
}

/** REST writes an enum's value as the features do: `active` where GraphQL writes `ACTIVE`, `createdAt` for `CREATED_AT`. */
export const wordOf = ({ value }: { value?: unknown }): string => String(value);

const selects = ({ name, fields }: Selection, wanted: string): boolean =>
  name === wanted || fields.some((field) => selects(field, wanted));
