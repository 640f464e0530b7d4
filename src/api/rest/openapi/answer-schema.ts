import { isEnumType } from 'graphql';
import { exampleOf, isNullInExamples } from './examples.js';
import { described, type JsonSchema, leafSchema, orNull } from './json-schema.js';
import type { Schemas } from './schemas.js';
import type { LeafSymbol, ObjectSymbol, Place, SymbolicResult } from './symbols.js';

/** What a value is in JSON, with one such as an example. */
export interface Told {
  schema: JsonSchema;
  example: unknown;
}

interface Known extends Told {
  /** Where it comes from, if from one place. */
  place?: Place;
}

/**
 * Turns what a row's `data` has made of a symbolic result into JSON Schema: each word in it stands for a field of
 * GraphQL, which has a type and a description.
 * @param operation what new objects are called by
 */
export class AnswerSchema {
  constructor(
    private readonly symbols: SymbolicResult,
    private readonly schemas: Schemas,
    private readonly operation: string,
  ) {}

  /** @throws Error when there is something in it that is not in the answer of GraphQL */
  tell(value: unknown): Told {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const { schema, example, place } = isObject ? this.object(value, true) : this.value(value);
    return {
      schema: typeof value === 'string' ? described(schema, place?.field.description) : schema,
      example,
    };
  }

  private value(value: unknown): Known {
    if (typeof value === 'string') return this.word(value);
    if (Array.isArray(value)) return this.list(value);
    if (typeof value === 'object' && value !== null) return this.object(value, false);
    return { schema: { const: value }, example: value };
  }

  private word(word: string): Known {
    const leaf = this.symbols.find(word);
    if (leaf?.kind !== 'leaf') throw new Error(`${word} is not in the answer of ${this.operation}`);
    const spell = (value: string) => (word === word.toUpperCase() ? value : value.toLowerCase());
    return {
      schema: leafSchema(leaf.type, spell),
      example: leafExample(leaf, spell),
      place: leaf.place,
    };
  }

  private list([item]: unknown[]): Known {
    if (item === undefined) throw new Error(`there is an empty list in the answer of ${this.operation}`);
    const { schema, example, place } = this.value(item);
    return {
      schema: { type: 'array', items: place?.nullableItems ? orNull(schema) : schema },
      example: [example],
      place,
    };
  }

  /** @param isAnswer whether it is the whole answer, and so not null */
  private object(object: object, isAnswer: boolean): Known {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    const symbol = this.symbolOf(object, entries);
    const told = entries.map(([name, value]) => [name, this.property(value, symbol)] as const);
    const schema = described(
      {
        type: 'object',
        properties: Object.fromEntries(told.map(([name, { schema }]) => [name, schema])),
        required: told.map(([name]) => name),
      },
      symbol?.type.description,
    );
    const names = this.namesOf(symbol, entries.length, isAnswer);
    return {
      schema: names.length > 0 ? this.schemas.define(names, schema) : schema,
      example: Object.fromEntries(told.map(([name, { example }]) => [name, example])),
      place: symbol?.place,
    };
  }

  /** @param owner the object that it is still a part of, if the answer is not put together anew */
  private property(value: unknown, owner: ObjectSymbol | undefined): Told {
    const { schema, example, place } = this.value(value);
    if (!place) return { schema, example };
    const mayLackOwner = place.owner !== owner && (place.owner?.place.nullable ?? false);
    const nullable = place.nullable || mayLackOwner;
    return {
      schema: described(nullable ? orNull(schema) : schema, place.field.description),
      example: nullable && isNullInExamples(place.owner?.type.name, place.field.name) ? null : example,
    };
  }

  /** The object of GraphQL that all of its fields are of. */
  private symbolOf(object: object, entries: [string, unknown][]): ObjectSymbol | undefined {
    const itself = this.symbols.find(object);
    if (itself?.kind === 'object') return itself;
    const owners = new Set(entries.map(([, value]) => this.ownerOf(value)));
    const [only] = owners;
    return owners.size === 1 ? only : undefined;
  }

  private ownerOf(value: unknown): ObjectSymbol | undefined {
    if (Array.isArray(value)) return this.ownerOf(value[0]);
    const isNew = typeof value === 'object' && value !== null && !this.symbols.find(value);
    const symbol = isNew ? this.symbolOf(value, Object.entries(value)) : this.symbols.find(value);
    return symbol?.place.owner;
  }

  private namesOf(symbol: ObjectSymbol | undefined, size: number, isAnswer: boolean): string[] {
    if (!symbol) return isAnswer ? [`${this.operation}Data`] : [];
    const { type, place, isWhole } = symbol;
    const asPart = place.owner && `${place.owner.type.name}${capital(place.field.name)}`;
    const isAll = isWhole && size === symbol.size;
    return [...(isAll ? [type.name] : []), ...(asPart ? [asPart] : []), `${this.operation}${type.name}`];
  }
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

function leafExample({ type, place }: LeafSymbol, spell: (value: string) => string): unknown {
  const example = exampleOf(type, place.field.name, place.owner?.type.name);
  return isEnumType(type) && typeof example === 'string' ? spell(example) : example;
}
