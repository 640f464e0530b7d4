import { randomBytes, randomUUID } from 'node:crypto';
import { createPath } from '../harness/gateway.js';
import { everyone, type MayUse, managers, owners, readers } from './callers.js';
import { doorsOf } from './doors.js';
import type { Account, State } from './scene.js';

export type Args = Readonly<Record<string, unknown>>;

/** One of the things that a caller may ask for, and how it is asked for at either door. */
export interface Operation {
  /** What tests call it; its root field, unless that has several rows. */
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
  /** What an account has to be before. */
  needs?: State;
  /** Good arguments, with which a mutation changes something. */
  args: (account: Account) => Args;
}

const accounts = '/api/v1/admin/service-account';
const account = `${accounts}/:id`;
const id = ({ id }: Account) => ({ id });

type More = Pick<Operation, 'args' | 'may'> & Partial<Operation>;

const query = (field: string, document: string, more: More): Operation => ({
  name: field,
  field,
  document,
  isMutation: false,
  ...more,
});

const mutation = (field: string, selection: string, more: More): Operation => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
  return { name: field, field, document, isMutation: true, ...more };
};

/** A mutation that answers with the account. */
const change = (field: string, more: More) =>
  mutation(field, 'serviceAccount { id name clientId status }', more);

export const operations: Operation[] = [
  query('serviceAccount', 'query ($id: ID!) { serviceAccount(id: $id) { id name clientId } }', {
    rest: `GET ${account}`,
    may: readers,
    args: id,
  }),
  query('serviceAccount', 'query ($id: ID!) { serviceAccount(id: $id) { secrets { id hint } } }', {
    name: 'the secrets of serviceAccount',
    rest: `GET ${account}/secret`,
    may: readers,
    args: id,
  }),
  query(
    'serviceAccounts',
    `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ServiceAccountFilter, $orderBy: ServiceAccountOrder) {
      serviceAccounts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
        nodes { id name clientId } pageInfo { endCursor } totalCount
      }
    }`,
    { rest: `GET ${accounts}`, may: readers, args: () => ({ first: 10 }) },
  ),
  query(
    'serviceAccountByClientId',
    'query ($clientId: String!) { serviceAccountByClientId(clientId: $clientId) { id name clientId } }',
    { may: readers, args: ({ clientId }) => ({ clientId }) },
  ),
  query('node', 'query ($id: ID!) { node(id: $id) { id ... on ServiceAccount { name clientId } } }', {
    may: readers,
    args: id,
  }),
  query('node', 'query ($id: ID!) { node(id: $id) { id ... on ServiceAccountSecret { hint } } }', {
    name: 'node of a secret',
    may: readers,
    args: ({ secretId }) => ({ id: secretId }),
  }),
  query('tenant', '{ tenant { id name } }', { may: readers, args: () => ({}) }),
  query('viewer', '{ viewer { id } }', { may: everyone, isGlobal: true, args: () => ({}) }),

  mutation('createServiceAccount', 'serviceAccount { id name clientId }', {
    rest: `POST ${createPath}`,
    may: managers,
    args: ({ name }) => ({ name: `${name} again` }),
  }),
  change('updateServiceAccount', {
    rest: `PATCH ${account}`,
    may: managers,
    args: ({ id, name }) => ({ id, name: `${name} by another name` }),
  }),
  change('setServiceAccountPermissions', {
    rest: `PUT ${account}/permissions`,
    may: managers,
    args: ({ id }) => ({ id, permissions: ['api:read'] }),
  }),
  change('disableServiceAccount', { rest: `POST ${account}/disable`, may: managers, args: id }),
  change('enableServiceAccount', {
    rest: `POST ${account}/enable`,
    may: managers,
    needs: 'disabled',
    args: id,
  }),
  change('deleteServiceAccount', { rest: `DELETE ${account}`, may: managers, args: id }),
  change('restoreServiceAccount', {
    rest: `POST ${account}/restore`,
    may: managers,
    needs: 'deleted',
    args: id,
  }),
  mutation('rotateServiceAccountSecret', 'serviceAccount { id } secret { id }', {
    rest: `POST ${account}/rotate-secret`,
    may: managers,
    args: ({ id }) => ({ id, overlapSeconds: 60 }),
  }),
  mutation('createServiceAccountSecret', 'serviceAccount { id } secret { id }', {
    rest: `POST ${account}/secret`,
    may: managers,
    args: ({ id }) => ({ id, expiresAt: '2999-01-01T00:00:00Z' }),
  }),
  mutation('revokeServiceAccountSecret', 'serviceAccount { id } secret { id }', {
    rest: `DELETE ${account}/secret/:secretId`,
    may: managers,
    args: ({ id, secretId }) => ({ id, secretId }),
  }),
  mutation('setTenantSecretMaxAge', 'tenant { id }', {
    may: managers,
    args: ({ number }) => ({ days: number }),
  }),
  mutation('createTenant', 'tenant { id }', { may: owners, isGlobal: true, args: ({ name }) => ({ name }) }),
];

/** Each of these at each of its doors, for `describe.each`. */
export const atDoors = (some: readonly Operation[]) =>
  some.flatMap((operation) => doorsOf(operation).map((door) => ({ operation, door, name: operation.name })));

/** The row of this name. */
export function operation(name: string): Operation {
  const found = operations.find((one) => one.name === name);
  if (!found) throw new Error(`there is no operation ${name}`);
  return found;
}

/** An account that nobody has. */
export const nobodys: Account = {
  id: `sa-${randomUUID()}`,
  name: 'of nobody',
  clientId: `sa_client_${randomBytes(6).toString('hex')}`,
  secretId: `secret-${randomUUID()}`,
  number: 1,
};

/** Those that are about one account, or one of its secrets. */
export const aboutOne = operations.filter(({ args }) => {
  const { id, clientId, secretId } = nobodys;
  return Object.values(args(nobodys)).some((value) => [id, clientId, secretId].includes(String(value)));
});

/** The changes of an account that is not deleted. */
export const changes = aboutOne.filter(({ isMutation, needs }) => isMutation && needs !== 'deleted');
