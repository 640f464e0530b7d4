import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './json-schema.js';

/** The schemas that have a name, which client generators give to their types. */
export class Schemas {
  private readonly byName = new Map<string, JsonSchema>();

  /**
   * @param names what it may be called: the first that is free, or stands for the same schema already
   * @returns a reference to it
   */
  define(names: readonly string[], schema: JsonSchema): JsonSchema {
    const name = names.find((one) => isDeepStrictEqual(this.byName.get(one) ?? schema, schema));
    if (!name) throw new Error(`the schema ${names.join(', ')} has been defined, and as another one`);
    this.byName.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** All of them, in the order of their names. */
  get components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.byName].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
