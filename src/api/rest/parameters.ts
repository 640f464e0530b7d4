import { invalidField } from '../../platform/errors.js';
import { allowQuery, type Call, refuseBody } from './call.js';

/** How the text of a query parameter is read. */
export interface Kind {
  /** @throws AppError BAD_USER_INPUT that names the parameter */
  read: (text: string, name: string) => unknown;
  /** Its JSON Schema, where that of the GraphQL type would be another one. */
  schema?: object;
}

export interface Parameter {
  /** Where in the operation's variables it goes, such as `filter.search`. */
  at: string;
  kind: Kind;
  /** There may be several: each on its own, or also separated by commas. */
  many?: 'repeated' | 'separated';
}

/** The query parameters of a call, by their names. */
export type Parameters = { readonly [name: string]: Parameter };

/** What a parameter may be is known to the operation: what does not fit goes to it as it came, to be named there. */
export const text: Kind = { read: (given) => given };
export const integer: Kind = {
  read: (given) => (/^-?\d{1,9}$/.test(given) ? Number(given) : given),
};
export const boolean: Kind = {
  read: (given) => ({ true: true, false: false })[given] ?? given,
};
/** A plus that was not encoded has become a space. */
export const time: Kind = { read: (given) => given.replace(/ (?=\d\d:\d\d$)/, '+') };

/** One of a few words, which stand for something else. */
export const oneOf = (words: Record<string, unknown>): Kind => ({
  read: (given, name) => {
    if (!Object.hasOwn(words, given)) {
      throw invalidField(name, `must be one of ${Object.keys(words).join(', ')}`);
    }
    return words[given];
  },
  schema: { type: 'string', enum: Object.keys(words) },
});

/** `name`, or `-name` for the other way round. */
export function order(fields: Record<string, string>): Kind {
  const field = oneOf(fields);
  const names = Object.keys(fields);
  return {
    read: (given, name) => ({
      field: field.read(given.replace(/^-/, ''), name),
      direction: given.startsWith('-') ? 'DESC' : 'ASC',
    }),
    schema: { type: 'string', enum: [...names, ...names.map((name) => `-${name}`)] },
  };
}

/** The page of a list. */
export const pageParameters: Parameters = {
  first: { at: 'first', kind: integer },
  after: { at: 'after', kind: text },
};

/**
 * Reads the query parameters into the operation's variables.
 * @throws AppError BAD_USER_INPUT that names one that is unknown, or there more than once
 */
export function readParameters<Variables>(parameters: Parameters, call: Call): Variables {
  allowQuery(call, Object.keys(parameters));
  const variables = {};
  for (const [name, { at, kind, many }] of Object.entries(parameters)) {
    const given = call.query.get(name);
    if (!given) continue;
    const values = many === 'separated' ? given.flatMap((value) => value.split(',')) : given;
    place(
      variables,
      at,
      many ? values.map((value) => kind.read(value, name)) : kind.read(only(name, values), name),
    );
  }
  return variables as Variables;
}

function only(name: string, [value = '', ...more]: readonly string[]): string {
  if (more.length > 0) throw invalidField(name, 'must be there once');
  return value;
}

/** @param at where, with dots between the names of objects in one another */
function place(object: Record<string, unknown>, at: string, value: unknown): void {
  const [name = '', ...rest] = at.split('.');
  if (rest.length === 0) {
    object[name] = value;
    return;
  }
  const inner = (object[name] ?? {}) as Record<string, unknown>;
  object[name] = inner;
  place(inner, rest.join('.'), value);
}

/** What a row of a list says of its query parameters. */
export const list = (parameters: Parameters) => ({
  parameters,
  variables<Variables>(call: Call): Variables {
    refuseBody(call);
    return readParameters(parameters, call);
  },
});
