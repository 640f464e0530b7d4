import fc from 'fast-check';
import {
  type GraphQLInputType,
  type GraphQLNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { chance, type Draw, oneOf } from './choose.js';
import { inFuture, line, wildText } from './parts.js';
import type { World } from './world.js';

/** What `fc.gen` draws by: the same function each time. The arbitrary in it is made once, which costs the most. */
type Values = () => fc.Arbitrary<unknown>;
const values =
  (arbitrary: fc.Arbitrary<unknown>): Values =>
  () =>
    arbitrary;

const texts = values(fc.oneof({ weight: 9, arbitrary: line(60) }, { weight: 1, arbitrary: wildText }));
const alphanumeric = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789');
const limit32 = 2 ** 31;

const scalars: Record<string, Values> = {
  Int: values(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 100 }) },
      { weight: 1, arbitrary: fc.integer({ min: -limit32, max: limit32 - 1 }) },
    ),
  ),
  Float: values(fc.double({ noNaN: true, noDefaultInfinity: true })),
  Boolean: values(fc.boolean()),
  DateTime: values(inFuture),
  JSON: values(fc.jsonValue({ maxDepth: 2 })),
  JSONObject: values(fc.dictionary(line(10), fc.jsonValue({ maxDepth: 1 }))),
};

/** What some fields want beyond their type. What is not here gets any value of its type. */
const hints = (world: World): Record<string, Values> => ({
  id: values(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...world.accounts) },
      { weight: 1, arbitrary: fc.uuid().map((uuid) => `sa-${uuid}`) },
      { weight: 1, arbitrary: wildText },
    ),
  ),
  'CreateTenantInput.id': values(fc.uuid()),
  name: values(fc.tuple(line(50), fc.nat()).map(([text, number]) => `${text} ${number}`)),
  key: values(fc.string({ unit: alphanumeric, minLength: 6, maxLength: 20 })),
  permissions: values(fc.constantFrom([], ['api:read'], ['api:read', 'api:write'])),
  idempotencyKey: values(fc.string({ unit: alphanumeric, minLength: 20, maxLength: 255 })),
});

/** Draws values of any input type that a schema has. */
export type DrawValue = (draw: Draw, type: GraphQLInputType, parent: string, name: string) => unknown;

export function createDrawValue(world: World): DrawValue {
  const known = hints(world);
  const drawValue: DrawValue = (draw, type, parent, name) => {
    if (!isNonNullType(type) && chance(draw, 8)) return null;
    const hint = known[`${parent}.${name}`] ?? known[name];
    const nullable = getNullableType(type);
    if (hint && !isInputObjectType(nullable)) return draw(hint);
    if (isListType(nullable)) {
      const length = oneOf(draw, [0, 1, 1, 2, 3]);
      return Array.from({ length }, () => drawValue(draw, nullable.ofType, parent, name));
    }
    if (isEnumType(nullable)) return oneOf(draw, nullable.getValues()).name;
    if (!isInputObjectType(nullable)) return draw(scalars[(nullable as GraphQLNamedType).name] ?? texts);
    const fields = Object.values(nullable.getFields());
    return Object.fromEntries(
      fields
        .filter((field) => isRequiredInputField(field) || chance(draw, 45))
        .map((field) => [field.name, drawValue(draw, field.type, nullable.name, field.name)]),
    );
  };
  return drawValue;
}
