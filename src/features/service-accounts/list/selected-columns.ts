import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type FindFragment, selectedFields } from '../../../platform/selected-fields.js';
import { type ShownColumn, shownColumns } from '../service-account.entity.js';

/**
 * The columns that a field of an account shows, except for fields that show the column with their name. The resolvers
 * of the lists in an account read the ID, which each row contains, and the tenant.
 */
const columnsOf: Readonly<Record<string, readonly ShownColumn[]>> = {
  __typename: [],
  type: [],
  createdBy: ['createdByRealm', 'createdById', 'createdByName', 'createdByEmail'],
  expired: ['expiresAt'],
  tenant: [],
  secrets: [],
  keys: [],
  trusts: [],
  auditEvents: [],
  tokensIssued: [],
  ...Object.fromEntries(shownColumns.map((name) => [name, [name]])),
};

/** The sets of fields that return pages. Their documents stay in memory between requests. */
const known = new WeakMap<FieldNode, number>();

/**
 * Returns the columns that the accounts on a page need for the fields that a request selects, as a set: bit `n` stands
 * for column `n` of `shownColumns`. A field that this file does not know needs all columns. `@skip` and `@include` do
 * not matter: the set also contains the columns of fields that they omit.
 * @param info of the field that returns the page
 */
export const selectedColumns = ({ fieldNodes, fragments }: GraphQLResolveInfo): number =>
  fieldNodes.reduce((columns, node) => {
    const own = known.get(node) ?? columnsIn(node, (name) => fragments[name]);
    known.set(node, own);
    return columns | own;
  }, 0);

/** Returns the set that contains these columns. */
export const columnSet = (columns: readonly ShownColumn[]): number =>
  columns.reduce((set, name) => set | (1 << shownColumns.indexOf(name)), 0);

function columnsIn(page: FieldNode, findFragment: FindFragment): number {
  const inside = (fields: readonly FieldNode[]) =>
    fields.flatMap(({ selectionSet }) => (selectionSet ? selectedFields(selectionSet, findFragment) : []));
  const named = (fields: readonly FieldNode[], name: string) =>
    fields.filter((field) => field.name.value === name);
  const fields = inside([page]);
  const accounts = [...named(fields, 'nodes'), ...named(inside(named(fields, 'edges')), 'node')];
  return columnSet(inside(accounts).flatMap(({ name }) => columnsOf[name.value] ?? shownColumns));
}
