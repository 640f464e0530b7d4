import type { Answer, Gateway } from '../../harness/gateway.js';

/** A super_admin whose requests name no tenant in a header. */
export interface SuperAdmin {
  headers: Record<string, string>;
  /** Runs a GraphQL document, which must succeed. @returns its data */
  // biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the query
  run(query: string, variables?: Record<string, unknown>): Promise<any>;
  /** Sends a REST request below `/api/v1/admin/tenant`. */
  rest(method: string, path: string, body?: unknown): Promise<Answer>;
}

export async function superAdmin(gateway: Gateway): Promise<SuperAdmin> {
  const { authorization = '' } = await gateway.as('super_admin', '');
  const headers = { authorization };
  return {
    headers,
    run: async (query, variables) => {
      const { body } = await gateway.graphql(headers, query, variables);
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
    rest: (method, path, body) =>
      gateway.request(`/api/v1/admin/tenant${path}`, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
  };
}

/** Reads the audit log of a tenant and its accounts, the oldest event first. */
export const trailOf = (gateway: Gateway, tenant: string) =>
  gateway.sql(
    `select action, target, caller_id, before, after from audit_event
     where tenant_id = $1 and outcome = 'success' order by occurred_at, action`,
    [tenant],
  );
