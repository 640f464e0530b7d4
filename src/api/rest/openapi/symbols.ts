import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { OperationFacts } from './operation-facts.js';

/** Where something stands in an answer of GraphQL. */
export interface Place {
  /** What it is a field of; nothing for the root field. */
  owner?: ObjectSymbol;
  field: GraphQLField<unknown, unknown>;
  /** A field that only some types of its owner have, or that is null where there is none. */
  nullable: boolean;
  /** Whether an item of this list may be null. */
  nullableItems: boolean;
}

/** An object of an answer. */
export interface ObjectSymbol {
  kind: 'object';
  type: GraphQLCompositeType;
  place: Place;
  /** Whether it was selected by a fragment, or with all of its fields: it is what others call by its type, too. */
  isWhole: boolean;
  size: number;
}

/** A scalar of an answer. */
export interface LeafSymbol {
  kind: 'leaf';
  type: GraphQLLeafType;
  place: Place;
}

/** An answer in which each scalar is a word of its own, and each list has one item. */
export interface SymbolicResult {
  result: Record<string, unknown>;
  /** What something out of the answer was there, words also in lower case. */
  find(value: unknown): ObjectSymbol | LeafSymbol | undefined;
}

/** Makes an answer of an operation that stands for all of its answers. */
export function symbolicResult(document: DocumentNode, facts: OperationFacts, schema: GraphQLSchema) {
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const walk = new Walk(schema, fragments);
  const type = schema.getRootType(facts.definition.operation);
  if (!type) throw new Error('the schema has no such root type');
  return {
    result: walk.fields(type, facts.definition.selectionSet),
    find: (value: unknown) => walk.find(value),
  };
}

class Walk {
  private readonly words = new Map<string, LeafSymbol>();
  private readonly objects = new WeakMap<object, ObjectSymbol>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {}

  find(value: unknown): ObjectSymbol | LeafSymbol | undefined {
    if (typeof value === 'string') return this.words.get(value.toUpperCase());
    return typeof value === 'object' && value !== null ? this.objects.get(value) : undefined;
  }

  /** The fields of an object, which `owner` is about. */
  fields(type: GraphQLCompositeType, set: SelectionSetNode, owner?: ObjectSymbol): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const { name, alias, selectionSet } = selection;
        found[(alias ?? name).value] = this.field(type, name.value, selectionSet, owner);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition && this.schema.getType(fragment.typeCondition.name.value);
      if (fragment)
        Object.assign(
          found,
          this.fields(isCompositeType(condition) ? condition : type, fragment.selectionSet, owner),
        );
    }
    return found;
  }

  private field(
    type: GraphQLCompositeType,
    name: string,
    selections: SelectionSetNode | undefined,
    owner?: ObjectSymbol,
  ): unknown {
    const field = 'getFields' in type ? type.getFields()[name] : undefined;
    if (!field) throw new Error(`${type.name}.${name} cannot be told in OpenAPI`);
    const list = isNonNullType(field.type) ? field.type.ofType : field.type;
    const isOfSomeTypes = owner !== undefined && isAbstractType(owner.type) && owner.type !== type;
    const place = {
      owner,
      field,
      // A root field is null only beside an error.
      nullable: owner !== undefined && (isOfSomeTypes || !isNonNullType(field.type)),
      nullableItems: isListType(list) && !isNonNullType(list.ofType),
    };
    const value = this.value(field.type, selections, place);
    return isListType(list) ? [value] : value;
  }

  private value(type: GraphQLOutputType, selections: SelectionSetNode | undefined, place: Place): unknown {
    const named = getNamedType(type);
    if (isLeafType(named)) {
      const word = `SYMBOL-${this.words.size}`;
      this.words.set(word, { kind: 'leaf', type: named, place });
      return word;
    }
    if (!selections) throw new Error(`${place.field.name} has no selection`);
    const symbol: ObjectSymbol = { kind: 'object', type: named, place, isWhole: false, size: 0 };
    const object = this.fields(named, selections, symbol);
    symbol.size = Object.keys(object).length;
    symbol.isWhole =
      selections.selections.some(({ kind }) => kind === Kind.FRAGMENT_SPREAD) ||
      ('getFields' in named && symbol.size === Object.keys(named.getFields()).length);
    this.objects.set(object, symbol);
    return object;
  }
}
