import type { Answer, Gateway } from './gateway.js';

/** A caller with a role in a tenant, over GraphQL and REST. */
export interface Somebody {
  tenant: string;
  headers: Record<string, string>;
  /** Runs a GraphQL document, which must succeed. @returns its data */
  // biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the query
  run(query: string, variables?: Record<string, unknown>): Promise<any>;
  /** Runs a GraphQL document, which must fail. @returns code and details of its error */
  refused(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Sends a GraphQL document. */
  graphql(query: string, variables?: Record<string, unknown>, more?: Record<string, string>): Promise<Answer>;
  /** Sends a REST request below `/api/v1/admin/service-account`. */
  rest(method: string, path: string, body?: unknown, more?: Record<string, string>): Promise<Answer>;
  /** Creates an account. @returns `data` of the answer */
  // biome-ignore lint/suspicious/noExplicitAny: the data has the documented shape
  create(input?: Record<string, unknown>): Promise<any>;
}

export async function somebody(
  gateway: Gateway,
  tenantOf?: string,
  role: Parameters<Gateway['as']>[0] = 'tenant_admin',
): Promise<Somebody> {
  const tenant = tenantOf ?? (await gateway.createTenant());
  const headers = await gateway.as(role, tenant);
  const ask: Somebody['graphql'] = (query, variables, more = {}) =>
    gateway.graphql({ ...headers, ...more }, query, variables);
  const rest: Somebody['rest'] = (method, path, body, more = {}) =>
    gateway.request(`/api/v1/admin/service-account${path}`, {
      method,
      headers: { ...headers, ...more, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  return {
    tenant,
    headers,
    graphql: ask,
    rest,
    run: async (query, variables) => {
      const { body } = await ask(query, variables);
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
    refused: async (query, variables) => {
      const { body } = await ask(query, variables);
      return body.errors[0].extensions;
    },
    create: async (input) => {
      const { body } = await gateway.create(headers, input);
      if (!body.success) throw new Error(body.message);
      return body.data;
    },
  };
}
