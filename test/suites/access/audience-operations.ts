import { owners, readers } from './callers.js';
import { mutation, type Operation, query } from './operation.js';

const audiences = '/api/v1/admin/audience';

const list = (field: string) => `query ($first: Int, $after: String, $last: Int, $before: String) {
  ${field}(first: $first, after: $after, last: $last, before: $before) {
    nodes { uri tenantId } pageInfo { endCursor } totalCount
  }
}`;

/** The operations on the audience catalog. */
export const audienceOperations: Operation[] = [
  query('audiences', list('audiences'), {
    rest: `GET ${audiences}`,
    may: readers,
    args: () => ({ first: 10 }),
  }),
  query('allAudiences', list('allAudiences'), {
    may: owners,
    isGlobal: true,
    args: () => ({ first: 10 }),
  }),
  mutation('setAudience', 'audience { uri }', {
    rest: `PUT ${audiences}`,
    may: owners,
    isGlobal: true,
    args: ({ audience: uri, number }) => ({
      uri,
      name: `Set anew ${number} ${Date.now()}`,
      permissions: ['api:read'],
    }),
  }),
  mutation('deleteAudience', 'audience { uri }', {
    rest: `DELETE ${audiences}`,
    may: owners,
    isGlobal: true,
    args: ({ audience: uri }) => ({ uri }),
  }),
];
