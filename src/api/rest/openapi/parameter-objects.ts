import { getNamedType, getNullableType, isLeafType } from 'graphql';
import type { QueryParameter } from '../query-parameters.js';
import { inputAt, isRequired, type Operation } from '../read-operation.js';
import { exampleOf, exampleTenant } from './examples.js';
import { leafSchema } from './json-schema.js';

/** The header parameters of requests. */
export const headerParameters = {
  'x-tenantid': {
    name: 'x-tenantid',
    in: 'header',
    required: true,
    description: 'The ID of the tenant that the request is about, a UUID.',
    schema: { type: 'string', format: 'uuid' },
    example: exampleTenant,
  },
  realmname: {
    name: 'realmname',
    in: 'header',
    description: 'The realm that issued the access token. By default, the issuer of the token determines it.',
    schema: { type: 'string' },
  },
  'idempotency-key': {
    name: 'idempotency-key',
    in: 'header',
    description:
      'A key that makes retries safe: 16 to 255 visible ASCII characters, such as a new UUID. For 10 minutes, a request with the same key and input does not repeat the operation and returns the first response again, including the secret. With other input, the request fails with `IDEMPOTENCY_KEY_REUSED`.',
    schema: { type: 'string', minLength: 16, maxLength: 255 },
  },
};

/** Returns references to the header parameters. @param isOn whether the operation reads a header, by name */
export const headerParameterRefs = (isOn: Record<keyof typeof headerParameters, boolean>) =>
  Object.keys(headerParameters)
    .filter((name) => isOn[name as keyof typeof headerParameters])
    .map((name) => ({ $ref: `#/components/parameters/${name}` }));

/**
 * Describes a path parameter: a variable of the operation, or a field of its input.
 * @param about the name of the type that the route is about
 * @throws Error if there is no such variable or field, or if it is not a scalar
 */
export function pathParameter(name: string, operation: Operation, about: string) {
  const { type, description } = inputAt(operation, operation.variables.has('input') ? `input.${name}` : name);
  const leaf = getNullableType(type);
  if (!isLeafType(leaf)) throw new Error(`${name} in the path of ${operation.name} is no scalar`);
  return {
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
    example: exampleOf(leaf, name, about),
  };
}

/** Describes a query parameter. */
export function queryParameter({ name, at, input, notation, many }: QueryParameter) {
  const type = getNamedType(input.type);
  const schema = notation.schema ?? (isLeafType(type) ? leafSchema(type) : {});
  return {
    name,
    in: 'query',
    // A field of an optional object, such as a filter, is not required.
    ...(isRequired(input) && /^(input\.)?\w+$/.test(at) && { required: true }),
    description: [input.description, notation.description].filter(Boolean).join(' '),
    schema: many ? { type: 'array', items: schema } : schema,
    ...(many && { style: 'form', explode: many === 'repeated' }),
  };
}
