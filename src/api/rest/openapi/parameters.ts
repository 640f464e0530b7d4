import { type GraphQLInputType, getNullableType, isLeafType, isListType } from 'graphql';
import type { Parameter } from '../parameters.js';
import { exampleOf, exampleTenant } from './examples.js';
import { present } from './input-schema.js';
import type { JsonSchema } from './json-schema.js';
import { type Input, inputAt, isRequired, type OperationFacts } from './operation-facts.js';
import type { Schemas } from './schemas.js';

/** The headers that a request may need. */
export const headerParameters = {
  'x-tenantid': {
    name: 'x-tenantid',
    in: 'header',
    required: true,
    description: 'The tenant to act in.',
    schema: { type: 'string', format: 'uuid' },
    example: exampleTenant,
  },
  realmname: {
    name: 'realmname',
    in: 'header',
    description: 'The realm whose issuer has signed the token. Otherwise the default realm.',
    schema: { type: 'string' },
  },
  'idempotency-key': {
    name: 'idempotency-key',
    in: 'header',
    description:
      'Makes retries safe: the same key and input get the first answer again, for 10 minutes. Visible ASCII characters, such as a new UUID.',
    schema: { type: 'string', minLength: 16, maxLength: 255 },
  },
};

/** @param isOn whether the operation reads it */
export const headerRefs = (isOn: Record<keyof typeof headerParameters, boolean>) =>
  Object.keys(headerParameters)
    .filter((name) => isOn[name as keyof typeof headerParameters])
    .map((name) => ({ $ref: `#/components/parameters/${name}` }));

/** The names in a path of Express. */
export const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

/**
 * A parameter in the path: a variable of the operation, or a field of its input.
 * @param about the type that the row is about
 * @throws Error for any other
 */
export function pathParameter(name: string, facts: OperationFacts, about: string, example?: unknown) {
  const { type, description } = inputAt(facts, facts.variables.has('input') ? `input.${name}` : name);
  const leaf = getNullableType(type);
  if (!isLeafType(leaf)) throw new Error(`${name} in the path of ${facts.name} is no scalar`);
  return {
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
    example: example ?? exampleOf(leaf, name, about),
  };
}

/** A parameter in the query. @throws Error when the operation has no such place */
export function queryParameter(
  name: string,
  { at, kind, many }: Parameter,
  facts: OperationFacts,
  schemas: Schemas,
) {
  const input = inputAt(facts, at);
  const schema = (kind.schema ?? present(itemOf(input.type), schemas)) as JsonSchema;
  return {
    name,
    in: 'query',
    ...(isRequired(input) && facts.variables.has(at) && { required: true }),
    description: input.description,
    schema: many ? { type: 'array', items: schema } : schema,
    ...(many && { style: 'form', explode: many === 'repeated' }),
  };
}

function itemOf(type: Input['type']): GraphQLInputType {
  const list = getNullableType(type);
  return isListType(list) ? (list.ofType as GraphQLInputType) : list;
}
