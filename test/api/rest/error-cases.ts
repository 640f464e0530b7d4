import { expect } from '@jest/globals';
import { type Answer, createPath, type Gateway, startGateway } from '../../harness/gateway.js';

type Headers = Record<string, string>;

/** A row of the error table as it is documented, and a request that provokes the error. */
export interface ErrorCase {
  status: number;
  error: string;
  message: string;
  details?: Record<string, unknown>;
  /** A header that belongs to the error. */
  header?: [string, RegExp];
  provoke: (gateway: Gateway, headers: Headers) => Promise<Answer>;
}

const admin = async (gateway: Gateway, fields?: Parameters<Gateway['createTenant']>[0]) =>
  gateway.as('tenant_admin', await gateway.createTenant(fields));

const post = (gateway: Gateway, headers: Headers, contentType: string, body: string) =>
  gateway.request(createPath, { method: 'POST', headers: { ...headers, 'content-type': contentType }, body });

/** Runs a function while the gateway's statements fail in the database. */
async function whileBroken<T>(gateway: Gateway, run: () => Promise<T>): Promise<T> {
  await gateway.sql('alter table service_account rename column owner to owner_elsewhere');
  try {
    return await run();
  } finally {
    await gateway.sql('alter table service_account rename column owner_elsewhere to owner');
  }
}

/** Runs a function while every client id that the gateway draws is already taken. */
async function whileColliding<T>(gateway: Gateway, run: () => Promise<T>): Promise<T> {
  await gateway.sql(`create function collide() returns trigger language plpgsql as $$ begin
    raise unique_violation using constraint = 'service_account_client_id_unique'; end $$`);
  await gateway.sql(
    'create trigger collide before insert on service_account for each row execute function collide()',
  );
  try {
    return await run();
  } finally {
    await gateway.sql('drop function collide cascade');
  }
}

export const errorCases: Record<string, ErrorCase> = {
  BAD_USER_INPUT: {
    status: 400,
    error: 'Invalid input',
    message: 'name: must be 1 to 100 characters long',
    details: { field: 'name' },
    provoke: async (gateway, headers) =>
      gateway.create({ ...(await admin(gateway)), ...headers }, { name: '' }),
  },
  UNAUTHENTICATED: {
    status: 401,
    error: 'Authentication failed',
    message: 'Bearer token is missing, expired, or invalid',
    header: ['www-authenticate', /^Bearer /],
    provoke: async (gateway, headers) =>
      gateway.create({ 'x-tenantid': await gateway.createTenant(), ...headers }),
  },
  FORBIDDEN: {
    status: 403,
    error: 'Insufficient permissions',
    message: 'User lacks permission to create service accounts',
    provoke: async (gateway, headers) =>
      gateway.create({ ...(await gateway.as('tenant_viewer', await gateway.createTenant())), ...headers }),
  },
  NOT_FOUND: {
    status: 404,
    error: 'Not found',
    message: 'The requested resource does not exist',
    provoke: (gateway, headers) => gateway.request('/api/v1/nothing', { headers }),
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    error: 'Method not allowed',
    message:
      'This resource does not support the request method. The allow header lists the methods it supports.',
    header: ['allow', /^POST$/],
    provoke: (gateway, headers) => gateway.request(createPath, { method: 'DELETE', headers }),
  },
  NOT_ACCEPTABLE: {
    status: 406,
    error: 'Not acceptable',
    message:
      'The response is application/json or application/problem+json, but the accept header allows neither',
    provoke: async (gateway) => gateway.create({ ...(await admin(gateway)), accept: 'text/html' }),
  },
  CONFLICT: {
    status: 409,
    error: 'Conflict',
    message: 'name: the service account "taken" in this tenant already has this name',
    details: { field: 'name', serviceAccountId: expect.any(String) },
    provoke: async (gateway, headers) => {
      const same = { ...(await admin(gateway)), ...headers };
      await gateway.create(same, { name: 'taken' });
      return gateway.create(same, { name: 'taken' });
    },
  },
  LIMIT_REACHED: {
    status: 409,
    error: 'Limit reached',
    message: 'Maximum number of service accounts reached',
    details: { limit: 1, count: 1 },
    provoke: async (gateway, headers) => {
      const full = { ...(await admin(gateway, { limit: 1 })), ...headers };
      await gateway.create(full);
      return gateway.create(full);
    },
  },
  TENANT_SUSPENDED: {
    status: 409,
    error: 'Tenant suspended',
    message: 'The tenant is suspended. A super_admin must resume it before this change is possible.',
    provoke: async (gateway, headers) =>
      gateway.create({ ...(await admin(gateway, { status: 'suspended' })), ...headers }),
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    error: 'Payload too large',
    message: 'The request body exceeds the limit of 100 kB',
    provoke: (gateway, headers) =>
      post(gateway, headers, 'application/json', `{"owner":"${'x'.repeat(101 * 1024)}"}`),
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    error: 'Unsupported media type',
    message: 'The request body must be JSON in UTF-8; send content-type: application/json',
    provoke: (gateway, headers) => post(gateway, headers, 'text/plain', 'name: x'),
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    error: 'Idempotency key reused',
    message: 'This idempotency key was already used with different input. Use a new key for a new request.',
    provoke: async (gateway, headers) => {
      const keyed = { ...(await admin(gateway)), 'idempotency-key': 'one-key-for-two-requests' };
      await gateway.create(keyed);
      return gateway.create({ ...keyed, ...headers }, { name: 'export' });
    },
  },
  RATE_LIMITED: {
    status: 429,
    error: 'Too many requests',
    message: 'Too many requests. Retry after the number of seconds in the retry-after header.',
    header: ['retry-after', /^[1-9]\d*$/],
    provoke: async (_gateway, headers) => {
      const limited = await startGateway({ RATE_LIMIT_ADDRESS: '1' });
      await limited.create(headers);
      return limited.create(headers).finally(limited.close);
    },
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    error: 'Server error',
    message: 'Unexpected server-side error',
    provoke: async (gateway, headers) => {
      const own = { ...(await admin(gateway)), ...headers };
      return whileBroken(gateway, () => gateway.create(own));
    },
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    error: 'Service unavailable',
    message:
      'The gateway is temporarily unavailable. Retry after the number of seconds in the retry-after header.',
    header: ['retry-after', /^5$/],
    provoke: async (gateway, headers) => {
      const own = { ...(await admin(gateway)), ...headers };
      return whileColliding(gateway, () => gateway.create(own));
    },
  },
};
