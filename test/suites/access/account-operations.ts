import { randomUUID } from 'node:crypto';
import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import { createPath } from '../../harness/gateway.js';
import type { Account } from './accounts.js';
import { managers, readers } from './callers.js';
import { type More, mutation, type Operation, query } from './operation.js';

const accounts = '/api/v1/admin/service-account';
const account = `${accounts}/:id`;
const id = ({ id }: Account) => ({ id });

/** Makes a mutation that answers with the account. */
const change = (field: string, more: More) =>
  mutation(field, 'serviceAccount { id name clientId status }', more);

/** The operations on service accounts, their secrets and their public keys. */
export const accountOperations: Operation[] = [
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
  query('serviceAccount', 'query ($id: ID!) { serviceAccount(id: $id) { keys { id kid } } }', {
    name: 'the keys of serviceAccount',
    rest: `GET ${account}/key`,
    may: readers,
    args: id,
  }),
  query('serviceAccount', 'query ($id: ID!) { serviceAccount(id: $id) { trusts { id subject } } }', {
    name: 'the trusts of serviceAccount',
    rest: `GET ${account}/trust`,
    may: readers,
    args: id,
  }),
  query(
    'testServiceAccountTrust',
    'query ($id: ID!, $token: String!) { testServiceAccountTrust(input: { id: $id, token: $token }) { accepted reason } }',
    {
      rest: `POST ${account}/trust/test`,
      may: managers,
      args: ({ id }) => ({ id, token: 'a token' }),
    },
  ),
  query('serviceAccount', 'query ($id: ID!) { serviceAccount(id: $id) { id ipAllowlist } }', {
    name: 'the IP allowlist of serviceAccount',
    rest: `GET ${account}/ip-list`,
    may: readers,
    args: id,
  }),
  query(
    'serviceAccount',
    'query ($id: ID!, $hours: Int! = 24) { serviceAccount(id: $id) { tokensIssued(hours: $hours) { hour count } } }',
    {
      name: 'the tokens of serviceAccount',
      rest: `GET ${account}/token-usage`,
      may: readers,
      args: id,
    },
  ),
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
  query('node', 'query ($id: ID!) { node(id: $id) { id ... on ServiceAccountTrust { subject } } }', {
    name: 'node of a trust',
    may: readers,
    args: ({ trustId }) => ({ id: trustId }),
  }),
  query('node', 'query ($id: ID!) { node(id: $id) { id ... on ServiceAccountKey { kid } } }', {
    name: 'node of a key',
    may: readers,
    args: ({ keyId }) => ({ id: keyId }),
  }),

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
  change('updateServiceAccount', {
    name: 'updateServiceAccount with an IP allowlist',
    rest: `PUT ${account}/ip-list`,
    may: managers,
    args: ({ id }) => ({ id, ipAllowlist: ['198.51.100.0/24'] }),
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
  mutation('reportLeakedSecret', 'serviceAccount { id } secret { id } wasValid', {
    rest: `POST ${accounts}/report-leaked-secret`,
    may: managers,
    isAlwaysPossible: true,
    args: ({ clientSecret }) => ({ secret: clientSecret }),
  }),
  mutation('addServiceAccountKey', 'serviceAccount { id } key { id }', {
    rest: `POST ${account}/key`,
    may: managers,
    args: ({ id }) => ({ id, publicKey: newPublicKey(), expiresAt: '2999-01-01T00:00:00Z' }),
  }),
  mutation('addServiceAccountTrust', 'serviceAccount { id } trust { id }', {
    rest: `POST ${account}/trust`,
    may: managers,
    args: ({ id }) => ({ id, issuer: 'ci', subject: randomUUID(), expiresAt: '2999-01-01T00:00:00Z' }),
  }),
  mutation('removeServiceAccountTrust', 'serviceAccount { id } trust { id }', {
    rest: `DELETE ${account}/trust/:trustId`,
    may: managers,
    args: ({ id, trustId }) => ({ id, trustId }),
  }),
  mutation('removeServiceAccountKey', 'serviceAccount { id } key { id }', {
    rest: `DELETE ${account}/key/:keyId`,
    may: managers,
    args: ({ id, keyId }) => ({ id, keyId }),
  }),
];
