import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import {
  execute,
  extendSchema,
  type GraphQLFieldMap,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { guardSchema } from '../../../src/api/graphql/guard.js';
import { rootFields } from '../../../src/api/graphql/rules.js';
import { createSchema, printSdl } from '../../../src/api/graphql/schema.js';
import { createResolvers } from '../../../src/features/resolvers.js';

const schema = createSchema(createResolvers({} as never));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const fieldsOf = (type: (typeof types)[number]) =>
  'getFields' in type ? Object.values(type.getFields() as GraphQLFieldMap<unknown, unknown>) : [];

test('schema/schema.graphql is current: npm run generate', () => {
  expect(readFileSync('schema/schema.graphql', 'utf8')).toBe(printSdl(schema));
});

test('every type, field, argument and enum value has a description', () => {
  const all = types.flatMap((type) => [
    { path: type.name, description: type.description },
    ...fieldsOf(type).flatMap((field) => [
      { path: `${type.name}.${field.name}`, description: field.description },
      ...(isInputObjectType(type) ? [] : field.args).map(({ name, description }) => ({
        path: `${type.name}.${field.name}(${name})`,
        description,
      })),
    ]),
    ...(isEnumType(type) ? type.getValues() : []).map(({ name, description }) => ({
      path: `${type.name}.${name}`,
      description,
    })),
  ]);
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter(({ description }) => !description?.trim()).map(({ path }) => path)).toEqual([]);
});

test('clientSecret stands on payloads and nowhere else, and nothing else sounds like it', () => {
  const secrets = types.flatMap((type) =>
    fieldsOf(type)
      .filter(({ name }) => /secret|hash|pepper|password|token/i.test(name))
      .map(({ name }) => `${type.name}.${name}`),
  );
  // These fields tell ids, hints and times of secrets, and the number and lifetime of tokens, but no secret itself.
  const about =
    /\.(secrets?|secretId|secretOverdue|secretMaxAgeDays|withoutSecret|tokensIssued|(token|maxToken)LifetimeSeconds|maxTokenAgeSeconds)$|Mutation\./;
  expect(secrets.filter((path) => !about.test(path)).sort()).toEqual([
    'CreateServiceAccountPayload.clientSecret',
    'CreateServiceAccountSecretPayload.clientSecret',
    'RotateServiceAccountSecretPayload.clientSecret',
    'RotateServiceAccountSecretResult.clientSecret',
    // An administrator sends the token of a workload to test it.
    'TestServiceAccountTrustInput.token',
  ]);
});

test.each(['Query', 'Mutation'] as const)('the access lines of %s are its root fields', (name) => {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`there is no ${name}`);
  const ruled = rootFields.filter((root) => root.type === name).map(({ field }) => field);
  expect(ruled.sort()).toEqual(Object.keys(type.getFields()).sort());
});

test('there are no root types without access lines', () => {
  expect(schema.getSubscriptionType()).toBeUndefined();
  expect(schema.getQueryType()?.name).toBe('Query');
  expect(schema.getMutationType()?.name).toBe('Mutation');
});

/** The roles in the order in which descriptions name them. */
const rolesInWords = ['tenant_viewer', 'tenant_admin', 'super_admin'];

test.each(rootFields)(
  'the access line of $field has a mark, roles, an action and a purpose',
  ({ field, rule }) => {
    expect(['tenant', 'global']).toContain(rule.scope);
    if (field === 'viewer') expect(rule.roles).toBe('anyone');
    else for (const role of rule.roles) expect(rolesInWords).toContain(role);
    expect(rule.roles.length).toBeGreaterThan(0);
    expect(rule.action).toMatch(/^[a-z_]+\.[a-z_]+$/);
    expect(rule.purpose).toMatch(/^[a-z]/);
  },
);

test.each(rootFields)(
  'the description of $field says which roles its access line allows',
  ({ type, field, rule }) => {
    const root = schema.getType(type);
    if (!isObjectType(root)) throw new Error(`there is no ${type}`);
    const allowed = rolesInWords.filter((role) => (rule.roles as readonly string[]).includes(role));
    const words = allowed
      .map((role) => `\`${role}\``)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' or ');
    const text = rule.roles === 'anyone' ? ' and no role.' : ` Requires the role ${words}.`;
    expect(root.getFields()[field]?.description).toContain(text);
  },
);

test.each(['query { unlisted }', 'mutation { unlisted }'])(
  'a root field without an access line is denied to everyone: %s',
  async (document) => {
    const open = extendSchema(
      schema,
      parse('extend type Query { unlisted: Int } extend type Mutation { unlisted: Int }'),
    );
    for (const type of [open.getQueryType(), open.getMutationType()]) {
      const field = type?.getFields().unlisted;
      if (field) field.resolve = () => 42;
    }
    const caller = {
      realm: 'acme',
      id: 'root',
      name: null,
      email: null,
      roles: ['super_admin'],
      tenants: [],
    };
    const guarded = guardSchema(open, async () => {});
    const answer = await execute({
      schema: guarded.schema,
      document: parse(document),
      contextValue: { caller, tenantHeader: crypto.randomUUID(), requestId: 'r', ip: null, userAgent: null },
    });
    expect(answer.errors).toHaveLength(1);
    expect(answer.data).toEqual({ unlisted: null });
  },
);

test('a field of a list item has a resolver only if it does more than read a property', () => {
  const resolvedOf = (name: string) => {
    const type = schema.getType(name);
    return isObjectType(type) ? fieldsOf(type).flatMap(({ name, resolve }) => (resolve ? [name] : [])) : [];
  };
  expect(resolvedOf('ServiceAccount').sort()).toEqual([
    'auditEvents',
    'id',
    'keys',
    'secrets',
    'tokensIssued',
    'trusts',
  ]);
  expect(resolvedOf('AuditEvent')).toEqual(['id']);
  expect(resolvedOf('Creator')).toEqual([]);
});
