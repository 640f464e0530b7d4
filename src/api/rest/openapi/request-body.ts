import {
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
} from 'graphql';
import { exampleOf } from './examples.js';
import { inputObject } from './input-schema.js';
import { isRequired, type OperationFacts } from './operation-facts.js';
import type { Schemas } from './schemas.js';

interface BodyNeeds {
  facts: OperationFacts;
  /** The fields of the input that are in the path or in the query. */
  elsewhere: readonly string[];
  /** The type that the row is about. */
  about: string;
  schemas: Schemas;
  example?: Readonly<Record<string, unknown>>;
}

/**
 * The body: what the operation's input has beside the parameters.
 * @throws Error for an example with a field that the input does not have
 */
export function requestBody({ facts, elsewhere, about, schemas, example }: BodyNeeds) {
  const input = facts.variables.get('input');
  const type = getNamedType(input?.type);
  const fields = isInputObjectType(type)
    ? Object.values(type.getFields()).filter(({ name }) => !elsewhere.includes(name))
    : [];
  const unknown = Object.keys(example ?? {}).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) throw new Error(`${facts.name} takes no ${unknown} in its body`);
  if (!input || !isInputObjectType(type) || fields.length === 0) return undefined;
  const name = `${type.name.replace(/Input$/, '')}Body`;
  return {
    required: fields.some(isRequired),
    content: {
      'application/json': {
        schema: schemas.define([name], inputObject(type, fields, schemas)),
        example: example ?? exampleObject(about, fields),
      },
    },
  };
}

const exampleObject = (owner: string, fields: readonly GraphQLInputField[]): Record<string, unknown> =>
  Object.fromEntries(fields.map(({ name, type }) => [name, exampleInput(type, name, owner)]));

function exampleInput(type: GraphQLInputType, name: string, owner: string): unknown {
  const given = getNullableType(type);
  if (isListType(given)) return [exampleInput(given.ofType, name, owner)];
  if (isInputObjectType(given)) return exampleObject(given.name, Object.values(given.getFields()));
  return isLeafType(given) ? exampleOf(given, name, owner) : undefined;
}
