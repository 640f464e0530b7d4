import type { Account, State } from './accounts.js';
import type { MayUse } from './callers.js';

export type Args = Readonly<Record<string, unknown>>;

/** An operation of the gateway, and how it is called over each transport. */
export interface Operation {
  /** The name in tests, which is the root field unless that has several rows. */
  name: string;
  field: string;
  /** The GraphQL document. A mutation takes its arguments as one `input`, a query as variables. */
  document: string;
  isMutation: boolean;
  /** Method and path of the REST request, if there is one. The other arguments are in the query or the body. */
  rest?: string;
  may: MayUse;
  /** Whether the operation needs no x-tenantid. */
  isGlobal?: true;
  /** Whether the operation answers with a result for each account. With one account, its error is the outcome. */
  isBulk?: true;
  /** Whether the operation ends access in every state of the account and of its tenant. */
  isAlwaysPossible?: true;
  /** The status that the account must have before the operation. */
  needs?: State;
  /** Returns good arguments, with which a mutation changes something. */
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
