import { z } from 'zod';
import type { Snapshot } from '../../platform/audit/differences.js';
import type { AccountField } from './account-field.js';
import { type AccountFieldName, accountFields } from './fields.js';

/** The row of a field. */
export type Row<Field extends AccountFieldName> = (typeof accountFields)[Field];

/** The rows of the table of fields, with their names. */
export const rows = Object.entries<AccountField>(accountFields) as [AccountFieldName, AccountField][];

export const accountFieldNames = rows.map(([name]) => name);

/** The operations that set fields from an input. */
export type InputOperation = keyof AccountField['input'];

/** The fields of an input, as GraphQL passes them. */
export type AccountInputFields = { [Field in AccountFieldName]?: z.output<Row<Field>['rule']> | null };

/** Normalized values, by field name. */
export type NormalizedFields = Partial<Record<AccountFieldName, unknown>>;

const settable = (operation: InputOperation) =>
  rows.filter(([, { input }]) => input[operation] !== undefined);

/** The rows of the fields that each operation sets. */
export const rowsOf = { create: settable('create'), update: settable('update') };

/** The properties of the entity for the fields. */
export const entityProperties = Object.fromEntries(rows.map(([name, { property }]) => [name, property])) as {
  [Field in AccountFieldName]: Row<Field>['property'];
};

/** Returns the column of a field or property: its name in snake case. */
export const columnOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The SQL types of the fields by their columns. */
export const columnTypes = Object.fromEntries(rows.map(([name, { sqlType }]) => [columnOf(name), sqlType]));

/** Returns the rules for the input of an operation. In the input of a create, null means the default. */
export const rulesOf = (operation: InputOperation): z.ZodObject =>
  z.object(
    Object.fromEntries(
      rowsOf[operation].map(([name, { rule, required }]) => [
        name,
        operation === 'update' && required ? rule.optional() : rule.nullish(),
      ]),
    ),
  );

/** Normalizes the input of a create, so that it can be compared with the input of a retry. */
export function normalizeAll(input: AccountInputFields): NormalizedFields {
  const fields: NormalizedFields = {};
  for (const [name, row] of rowsOf.create) {
    const value = normalize(row, input[name] ?? null);
    if (value !== null || !row.addedLater) fields[name] = value;
  }
  return fields;
}

/** Normalizes the fields that are in the input of an update. */
export const normalizePatch = (input: AccountInputFields): NormalizedFields =>
  Object.fromEntries(
    rowsOf.update
      .filter(([name]) => input[name] !== undefined)
      .map(([name, row]) => [name, normalize(row, input[name])]),
  );

const normalize = ({ normalize, required }: AccountField, value: unknown): unknown =>
  normalize && !(required && value === null) ? normalize(value as never) : value;

/** The names, columns and conversions of the fields, computed once. */
const storing = rows.map(([name, { toStored }]) => ({ name, column: columnOf(name), toStored }));

/** Converts normalized values to stored values, by field name. */
export const toStored = (fields: NormalizedFields): NormalizedFields => convert(fields, 'name');

/** Converts normalized values to stored values, by column. */
export const toColumns = (fields: NormalizedFields): Record<string, unknown> => convert(fields, 'column');

function convert(fields: NormalizedFields, key: 'name' | 'column'): Record<string, unknown> {
  const stored: Record<string, unknown> = {};
  for (const row of storing) {
    const value = fields[row.name];
    if (value !== undefined) stored[row[key]] = row.toStored ? row.toStored(value as never) : value;
  }
  return stored;
}

/** Returns the values that a change can modify in a stored account, as JSON values. */
export const snapshotOf = (
  account: { [Field in AccountFieldName]?: unknown } & { status: string },
): Snapshot => ({
  ...Object.fromEntries(rows.map(([name]) => [name, toJson(account[name])])),
  status: account.status,
});

const audited = rows.filter(([, row]) => row.audited);
const unaudited = rows.filter(([, row]) => !row.audited).map(([name]): string => name);

/** Returns the part of a snapshot that the audit log shows. */
export const auditedPart = (snapshot: Snapshot): Snapshot =>
  Object.fromEntries(Object.entries(snapshot).filter(([name]) => !unaudited.includes(name)));

const toJson = (value: unknown) => (value instanceof Date ? value.toISOString() : (value ?? null));

/** SQL for the snapshot of a row `account`, without its status, as arguments of `jsonb_build_object`. */
export const snapshotSql = audited
  .map(([name, { sqlType }]) => `'${name}', ${jsonSql(`account.${columnOf(name)}`, sqlType)}`)
  .join(', ');

/**
 * Returns the SQL for a JSON value. The quotes prevent pgbench from reading the colons as the start of its variables.
 */
function jsonSql(column: string, sqlType: string): string {
  return sqlType === 'timestamptz'
    ? `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS.MS"Z"')`
    : column;
}
