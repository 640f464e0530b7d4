import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError } from '../../../platform/errors.js';

/**
 * The limits of a document. Clients generate their documents. The largest known one is the full introspection of
 * GraphiQL and of code generators, which has 184 tokens.
 */
export const limits = {
  /** Five times the largest document. Stops nesting that overflows the parser's stack, and texts that keep it busy. */
  tokens: 1000,
  /** An IDE sends all that stand in a tab, and one runs. Stops hundreds that share fragments: each is validated. */
  operations: 20,
  /**
   * Fields that a selection has more than once, with all in them; fragments of components share a few. Stops
   * documents whose validation compares each two of them: 5 ms for these, 60 ms for what 1000 tokens hold.
   */
  repeats: 50,
  /**
   * Fields in fields, where serviceAccounts.edges.node.secrets.createdBy.id has 6, and introspection does not count.
   * Stops answers that grow with each level.
   */
  depth: 10,
  /**
   * Lists of fields in one another, within introspection; code generators need one. Stops answers that multiply the
   * whole schema with itself. It is graphql-js's own limit.
   */
  introspectionDepth: 2,
  /** __schema and __type; GraphiQL and code generators ask for one. Stops answers of many times the schema. */
  introspections: 3,
  /**
   * How often introspection may add up to all that the schema says of itself, an answer of 40 kB. Stops aliases and
   * fragments that repeat it within one __schema.
   */
  wholeSchemas: 2,
  /** A screen asks for a few things at once. Stops a request that is thousands of queries to the database. */
  aliases: 30,
  /** Characters of an alias. Stops long ones that the answer repeats for each item of a list. */
  aliasLength: 100,
  /** @skip and @include leave out parts of a screen, which has not so many. Stops thousands that are all checked. */
  directives: 20,
  /**
   * Fields of the answer (answer-cost.ts): 100 accounts with all that they have, at some 500 bytes each. Stops pages
   * in pages, and few words that ask for megabytes.
   */
  cost: 30_000,
  /** Each is a transaction, and they run one after the other. Stops a request that holds the database for long. */
  mutations: 10,
} as const;

export type Limit = keyof typeof limits;

const messages: Record<Limit, string> = {
  tokens: `The document has more than ${limits.tokens} tokens`,
  operations: `The document has more than ${limits.operations} operations`,
  repeats: `The document repeats more than ${limits.repeats} fields`,
  depth: `The document nests fields more than ${limits.depth} levels deep`,
  introspectionDepth: `The document nests lists more than ${limits.introspectionDepth} levels deep within introspection`,
  introspections: `The document has more than ${limits.introspections} introspection fields (__schema and __type)`,
  wholeSchemas: `The document requests more than ${limits.wholeSchemas} times the size of the whole schema by introspection`,
  aliases: `The document has more than ${limits.aliases} aliases`,
  aliasLength: `The document has an alias of more than ${limits.aliasLength} characters`,
  directives: `The document has more than ${limits.directives} directives`,
  cost: `The response may have more than ${limits.cost} fields. Request fewer fields or smaller pages.`,
  mutations: `The document has more than ${limits.mutations} mutations`,
};

/** Describes the fault. `details.maximum` makes it a 400 where other faults get a 200 (plugins/http-response.ts). */
const exceeded = (limit: Limit) => ({
  message: messages[limit],
  details: { limit, maximum: limits[limit] },
});

/** Rejects a document as invalid: GRAPHQL_VALIDATION_FAILED. */
export function invalidOver(limit: Limit): GraphQLError {
  const { message, details } = exceeded(limit);
  return new GraphQLError(message, { extensions: { details } });
}

/** Rejects a document as BAD_USER_INPUT. */
export const overLimit = (limit: Limit): AppError => new AppError('BAD_USER_INPUT', exceeded(limit));

/** The texts by which graphql-js's own limits are known: its errors have no code for them. */
const texts: [RegExp, Limit][] = [
  [/^Syntax Error: Document contains more tha[nt] \d+ tokens/, 'tokens'],
  [/^Maximum introspection depth exceeded$/, 'introspectionDepth'],
];

/** Rewords the error of a limit that graphql-js enforces, so that it looks like the errors of all other limits. */
export function rewordLimit(error: GraphQLFormattedError): GraphQLFormattedError {
  const limit = texts.find(([text]) => text.test(error.message))?.[1];
  if (!limit) return error;
  const { message, details } = exceeded(limit);
  return { message, extensions: { ...error.extensions, details } };
}
