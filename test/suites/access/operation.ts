import type { Account, State } from './accounts.js';
import type { MayUse } from './callers.js';

export type Args = Readonly<Record<string, unknown>>;

/** One of the things that a caller may ask for, and how it is asked for at either transport. */
export interface Operation {
  /** The name in tests: its root field, unless that has several rows. */
  name: string;
  field: string;
  /** The GraphQL document. A mutation takes its arguments as one `input`, a query as variables. */
  document: string;
  isMutation: boolean;
  /** Method and path of its REST call, if it has one. The arguments that are not in the path are query or body. */
  rest?: string;
  may: MayUse;
  /** Whether it needs no x-tenantid. */
  isGlobal?: true;
  /** Whether it answers with a result for each account. With one account, its error is the outcome. */
  isBulk?: true;
  /** The status that an account must have before. */
  needs?: State;
  /** Good arguments, with which a mutation changes something. */
  args: (account: Account) => Args;
}

export type More = Pick<Operation, 'args' | 'may'> & Partial<Operation>;

export const query = (field: string, document: string, more: More): Operation => ({
  name: field,
  field,
  document,
  isMutation: false,
  ...more,
});

export const mutation = (field: string, selection: string, more: More): Operation => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
  return { name: field, field, document, isMutation: true, ...more };
};
