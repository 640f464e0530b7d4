import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError } from '../../platform/errors.js';

/**
 * What a document may have at most. Clients generate their documents, and the largest that is known, the full
 * introspection of GraphiQL and of code generators, has 184 tokens.
 */
export const limits = {
  /** Five times that. */
  tokens: 1000,
  /** One of them runs. Who works in an IDE sends all that stand in a tab. */
  operations: 20,
  /**
   * Fields that a selection has more than once, with all in them: fragments of components share a few. Comparing
   * them takes time by the square of their number: 5 ms for these, 60 ms for what 1000 tokens hold.
   */
  repeats: 50,
  /** Fields in fields: serviceAccounts.edges.node.secrets.createdBy.id has 6. Introspection does not count. */
  depth: 10,
  /** Lists of fields in one another, within introspection. It is graphql-js's own; code generators need one. */
  introspectionDepth: 2,
  /** __schema and __type. GraphiQL and code generators ask for one. */
  introspections: 3,
  /** How often they may add up to all that the schema says of itself, of which each time is an answer of 40 kB. */
  wholeSchemas: 2,
  /** Each may be a query of its own to the database. A screen asks for a few things at once. */
  aliases: 30,
  /** Characters of an alias, which the answer repeats for each item of a list. */
  aliasLength: 100,
  /** @skip and @include leave out parts of a screen, which has not so many of them. */
  directives: 20,
  /** Of the answer (answer-cost.ts): 100 accounts with all that they have, counted. Some 500 bytes each at most. */
  cost: 30_000,
  /** Each is a transaction, and they run one after the other. */
  mutations: 10,
} as const;

export type Limit = keyof typeof limits;

const wording: Record<Limit, string> = {
  tokens: 'The document has more tokens than the limit',
  operations: 'The document has more operations than the limit',
  repeats: 'The document repeats more fields than the limit',
  depth: 'The document nests fields deeper than the limit',
  introspectionDepth: 'The document nests lists of fields within introspection deeper than the limit',
  introspections: 'The document has more introspections than the limit',
  wholeSchemas: 'The document asks for as much as the whole schema, and more often than the limit',
  aliases: 'The document has more aliases than the limit',
  aliasLength: 'The document has an alias with more characters than the limit',
  directives: 'The document has more directives than the limit',
  cost: 'The document asks for more fields than the limit',
  mutations: 'The document has more mutations than the limit',
};

/** What a client is told. It is a 400 even where other faults of a document are a 200 (http-status.ts). */
const exceeded = (limit: Limit) => ({
  message: `${wording[limit]} of ${limits[limit]}`,
  extensions: { details: { limit, maximum: limits[limit] } },
});

/** What graphql-js counts while it parses, so that the depth of its own recursion has an end too. */
export const parseOptions = { maxTokens: limits.tokens };

/** graphql-js tells of its limits in a text alone. */
const texts: [RegExp, Limit][] = [
  [/^Syntax Error: Document contains more tha[nt] \d+ tokens/, 'tokens'],
  [/^Maximum introspection depth exceeded$/, 'introspectionDepth'],
];

export function rewordLimit(error: GraphQLFormattedError): GraphQLFormattedError {
  const limit = texts.find(([text]) => text.test(error.message))?.[1];
  if (!limit) return error;
  const { message, extensions } = exceeded(limit);
  return { message, extensions: { ...error.extensions, ...extensions } };
}

/** What is found before Apollo has the document (check-document.ts). */
export function overLimit(limit: Limit): AppError {
  const { message, extensions } = exceeded(limit);
  return new AppError('BAD_USER_INPUT', { message, details: extensions.details });
}

/** As a rule reports it. */
export const refusal = (limit: Limit) => {
  const { message, extensions } = exceeded(limit);
  return new GraphQLError(message, { extensions });
};
