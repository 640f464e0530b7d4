import { Extensions, Field, InputType, ObjectType } from 'type-graphql';
import type { z } from 'zod';
import type { AccountFieldName } from './fields.js';
import {
  type AccountInputFields,
  accountFieldNames,
  type InputOperation,
  type Row,
  rows,
  rowsOf,
} from './stored-fields.js';

/** Creates the input type with the fields that an operation sets. The input of the operation extends it. */
export function inputFields(operation: InputOperation): new () => AccountInputFields {
  @InputType()
  abstract class InputFields {}
  for (const [name, row] of rowsOf[operation]) {
    const options = { nullable: true, description: row.input[operation] };
    Field((row.inputType ?? row.type) as () => typeof String, options)(InputFields.prototype, name);
  }
  return InputFields as unknown as new () => AccountInputFields;
}

/** Creates the GraphQL type with the fields that administrators can set. The type of an account extends it. */
export function typeFields(): new () => AccountTypeFields {
  @ObjectType()
  abstract class TypeFields {}
  for (const [name, { type, nullable = false, description, extensions = {} }] of rows) {
    Field(type as () => typeof String, { nullable, description })(TypeFields.prototype, name);
    Extensions(extensions)(TypeFields.prototype, name);
  }
  return TypeFields as unknown as new () => AccountTypeFields;
}

/** The fields that administrators can set, with their GraphQL values. */
export type AccountTypeFields = {
  [Field in AccountFieldName]: Row<Field> extends { toShown(stored: never): infer Shown }
    ? Shown
    : Row<Field> extends { nullable: true }
      ? z.output<Row<Field>['rule']> | null
      : z.output<Row<Field>['rule']>;
};

const converters = rows.map(([, { toShown }]) => toShown as ((stored: unknown) => unknown) | undefined);

/**
 * Adds the GraphQL values of these fields to an object with the other fields. This runs for each account of a page, and
 * spreading a second object into the first would take several times as long.
 */
export function addShown<Others extends object>(
  others: Others,
  account: { [Field in AccountFieldName]?: unknown },
): Others & AccountTypeFields {
  const shown = others as Record<string, unknown>;
  for (let index = 0; index < accountFieldNames.length; index++) {
    const name = accountFieldNames[index] as AccountFieldName;
    const value = account[name] ?? null;
    const convert = converters[index];
    shown[name] = convert && value !== null ? convert(value) : value;
  }
  return shown as unknown as Others & AccountTypeFields;
}
