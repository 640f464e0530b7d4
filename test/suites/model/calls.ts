import { assertThat } from '../generated/assert.js';

export type Transport = 'graphql' | 'rest';

/** The names of operations, each of which is a mutation and a REST request. */
export type Operation = keyof typeof calls;

export type Input = Record<string, unknown>;

/** The content of an answer in a common form of both transports. */
export interface Told {
  account?: Record<string, unknown> & { id: string };
  secret?: { id: string; hint: string };
  clientSecret?: string;
}

interface Call {
  mutation: string;
  selection: string;
  method: string;
  /** The path below `/service-account`. Fields of the input in it are not in the body. */
  path: string;
  /** Reads `data` of the envelope. */
  told: (data: never) => Told;
}

const accountFields = `serviceAccount { id name description owner contact labels { key value } status permissions expiresAt
    tokenLifetimeSeconds ipAllowlist version }`;
const secretFields = 'serviceAccount { id } secret { id hint }';

const account = (data: Told['account']): Told => ({ account: data });
const newSecret = ({ id, secret, clientSecret }: Told & { id: string }): Told => ({
  account: { id },
  secret,
  clientSecret,
});
const created = ({ clientSecret, ...data }: { id: string; clientSecret: string }): Told => ({
  account: data,
  clientSecret,
});

const change = (mutation: string, method: string, path: string): Call => ({
  mutation,
  selection: accountFields,
  method,
  path,
  told: account,
});

const calls = {
  create: {
    mutation: 'createServiceAccount',
    selection: `${accountFields} clientSecret`,
    method: 'POST',
    path: '/create',
    told: created,
  },
  update: change('updateServiceAccount', 'PATCH', '/:id'),
  setPermissions: change('setServiceAccountPermissions', 'PUT', '/:id/permissions'),
  disable: change('disableServiceAccount', 'POST', '/:id/disable'),
  enable: change('enableServiceAccount', 'POST', '/:id/enable'),
  delete: change('deleteServiceAccount', 'DELETE', '/:id'),
  restore: change('restoreServiceAccount', 'POST', '/:id/restore'),
  rotate: {
    mutation: 'rotateServiceAccountSecret',
    selection: `${secretFields} clientSecret`,
    method: 'POST',
    path: '/:id/rotate-secret',
    told: newSecret,
  },
  createSecret: {
    mutation: 'createServiceAccountSecret',
    selection: `${secretFields} clientSecret`,
    method: 'POST',
    path: '/:id/secret',
    told: newSecret,
  },
  revoke: {
    mutation: 'revokeServiceAccountSecret',
    selection: secretFields,
    method: 'DELETE',
    path: '/:id/secret/:secretId',
    told: (secret: Told['secret']): Told => ({ secret }),
  },
} satisfies Record<string, Call>;

export interface WireCall {
  path: string;
  method: string;
  body: unknown;
}

/** Makes the request of an operation for one of the transports. */
export function toRequest(transport: Transport, operation: Operation, input: Input): WireCall {
  const { mutation, selection, method, path } = calls[operation];
  if (transport === 'graphql') {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { answer: ${mutation}(input: $input) { ${selection} } }`;
    return { path: '/graphql', method: 'POST', body: { query, variables: { input } } };
  }
  const body = { ...input };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const id = String(body[name]);
    delete body[name];
    return id;
  });
  return {
    path: `/api/v1/admin/service-account${filled}`,
    method,
    body: Object.keys(body).length > 0 ? body : undefined,
  };
}

/** The content of a success, or a refusal such as `CONFLICT name`. */
export type Reading = { told: Told; details?: undefined } | { refusal: string; details: Input | undefined };

/** Reads an answer of one of the transports. */
// biome-ignore lint/suspicious/noExplicitAny: an answer may have every shape
export function readAnswer(transport: Transport, operation: Operation, body: any): Reading {
  if (transport === 'rest') {
    if (body.success) return { told: calls[operation].told(body.data as never) };
    return { refusal: kindOf(body.code, body.details), details: body.details };
  }
  const [error] = body.errors ?? [];
  if (error)
    return {
      refusal: kindOf(error.extensions.code, error.extensions.details),
      details: error.extensions.details,
    };
  assertThat(body.data?.answer, `neither an answer nor an error: ${JSON.stringify(body)}`);
  const { serviceAccount, secret, clientSecret } = body.data.answer;
  const status = serviceAccount?.status?.toLowerCase();
  return { told: { account: { ...serviceAccount, ...(status && { status }) }, secret, clientSecret } };
}

const kindOf = (code: string, details: Input | undefined): string =>
  details?.field === undefined ? code : `${code} ${details.field}`;
