import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './json-schema.js';

/** The schemas that have a name. Client generators give these names to their types. */
export class Schemas {
  private readonly byName = new Map<string, JsonSchema>();

  /**
   * Gives a schema the first of some names that is free, or stands for the same schema already.
   * @returns a reference to the schema
   */
  define(names: readonly string[], schema: JsonSchema): JsonSchema {
    const name = names.find((one) => isDeepStrictEqual(this.byName.get(one) ?? schema, schema));
    if (!name) throw new Error(`the schema ${names.join(', ')} has been defined, and as another one`);
    this.byName.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Every schema, in the order of the names. */
  get components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.byName].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
