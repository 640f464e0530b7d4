import { Extensions, Field, InputType, ObjectType } from 'type-graphql';
import type { z } from 'zod';
import type { AccountFieldName, accountFields } from './fields.js';
import { type AccountInputFields, inputDescription, type Operation, rows, rowsOf } from './stored-fields.js';

type Name = AccountFieldName;
type Row<Field extends Name> = (typeof accountFields)[Field];

/** Makes the input type with the fields that an operation sets. The input of the operation extends it. */
export function inputFields(operation: Operation): new () => AccountInputFields {
  @InputType()
  abstract class InputFields {}
  for (const [name, row] of rowsOf(operation)) {
    const options = { nullable: true, description: inputDescription(row, operation) };
    Field((row.inputType ?? row.type) as () => typeof String, options)(InputFields.prototype, name);
  }
  return InputFields as unknown as new () => AccountInputFields;
}

/** Makes the GraphQL type with the fields that administrators set. The type of an account extends it. */
export function typeFields(): new () => AccountTypeFields {
  @ObjectType()
  abstract class TypeFields {}
  for (const [name, { type, nullable = false, description, extensions = {} }] of rows) {
    Field(type as () => typeof String, { nullable, description })(TypeFields.prototype, name);
    Extensions(extensions)(TypeFields.prototype, name);
  }
  return TypeFields as unknown as new () => AccountTypeFields;
}

/** The fields that administrators set, as GraphQL shows them. */
export type AccountTypeFields = {
  [Field in Name]: Row<Field> extends { toShown(stored: never): infer Shown }
    ? Shown
    : Row<Field> extends { nullable: true }
      ? z.output<Row<Field>['rule']> | null
      : z.output<Row<Field>['rule']>;
};

/** Turns the stored values of an account into GraphQL values. */
export function toShown<Account extends { [F in Name]?: unknown }>(account: Account) {
  const shown: Partial<Record<Name, unknown>> = {};
  for (const [name, { toShown }] of rows) {
    shown[name] = toShown ? toShown(account[name] as never) : (account[name] ?? null);
  }
  return shown as AccountTypeFields;
}
