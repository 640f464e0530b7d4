/** A request that would create an account if no faults were put into it. */
export interface Draft {
  role: 'tenant_admin' | 'tenant_viewer';
  tenant: { missing?: true; status?: string; limit?: number };
  headers: Record<string, string | undefined>;
  input: Record<string, unknown>;
  /** Turns the JSON of the input into the text of the body. */
  write: (json: string) => string;
}

export interface Fault {
  name: string;
  /** The place in the order of checks. Faults of one rank may be found in any order. */
  rank: number;
  put: (draft: Draft) => void;
  status: number;
  code: string;
  field?: string;
}

const big = 101 * 1024;
const write = (draft: Draft, step: Draft['write']) => {
  const { write: before } = draft;
  draft.write = (json) => step(before(json));
};

/** The faults in the order in which they are documented to be found. */
export const faults: Fault[] = [
  {
    name: 'an accept header without JSON',
    rank: 1,
    put: ({ headers }) => Object.assign(headers, { accept: 'text/html' }),
    status: 406,
    code: 'NOT_ACCEPTABLE',
  },
  {
    name: 'a body that is not JSON',
    rank: 2,
    put: ({ headers }) => Object.assign(headers, { 'content-type': 'text/plain' }),
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    name: 'a body that is too large',
    rank: 3,
    put: (draft) => write(draft, (json) => json + ' '.repeat(big)),
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    name: 'broken JSON',
    rank: 4,
    put: (draft) => write(draft, (json) => `${json}}`),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'body',
  },
  {
    name: 'no token',
    rank: 5,
    put: ({ headers }) => Object.assign(headers, { authorization: undefined }),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'a token that is not valid',
    rank: 5,
    put: ({ headers }) => Object.assign(headers, { authorization: 'Bearer a.b.c' }),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'no tenant header',
    rank: 6,
    put: ({ headers }) => Object.assign(headers, { 'x-tenantid': undefined }),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'x-tenantid',
  },
  {
    name: 'a malformed tenant header',
    rank: 6,
    put: ({ headers }) => Object.assign(headers, { 'x-tenantid': 'acme' }),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'x-tenantid',
  },
  {
    name: 'a role that may not',
    rank: 7,
    put: (draft) => Object.assign(draft, { role: 'tenant_viewer' }),
    status: 403,
    code: 'FORBIDDEN',
  },
  // GraphQL finds an unknown field and a wrong type before it resolves anything; the resolver finds a bad value.
  {
    name: 'an unknown field',
    rank: 8,
    put: ({ input }) => Object.assign(input, { color: 'red' }),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'color',
  },
  {
    name: 'a field of another type',
    rank: 8,
    put: ({ input }) => Object.assign(input, { owner: 5 }),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'owner',
  },
  {
    name: 'a field with a bad value',
    rank: 8,
    put: ({ input }) => Object.assign(input, { owner: ' Platform team' }),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'owner',
  },
  {
    name: 'a tenant that does not exist',
    rank: 9,
    put: ({ tenant }) => Object.assign(tenant, { missing: true }),
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    name: 'a suspended tenant',
    rank: 10,
    put: ({ tenant }) => Object.assign(tenant, { status: 'suspended' }),
    status: 409,
    code: 'TENANT_SUSPENDED',
  },
  {
    name: 'an unknown permission',
    rank: 11,
    put: ({ input }) => Object.assign(input, { permissions: ['no:such'] }),
    status: 400,
    code: 'BAD_USER_INPUT',
    field: 'permissions',
  },
  {
    name: 'a name that is taken',
    rank: 12,
    put: ({ input }) => Object.assign(input, { name: 'taken' }),
    status: 409,
    code: 'CONFLICT',
    field: 'name',
  },
  {
    name: 'a limit that is reached',
    rank: 13,
    put: ({ tenant }) => Object.assign(tenant, { limit: 1 }),
    status: 409,
    code: 'LIMIT_REACHED',
  },
];
