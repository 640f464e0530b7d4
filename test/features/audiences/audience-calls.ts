import type { Somebody } from '../../harness/admin.js';
import type { Answer, Gateway } from '../../harness/gateway.js';

export const fields = 'uri name permissions tenantId createdAt updatedAt';
export const setDocument = `mutation ($input: SetAudienceInput!) { setAudience(input: $input) { audience { ${fields} } } }`;
export const deleteDocument = `mutation ($input: DeleteAudienceInput!) { deleteAudience(input: $input) { audience { ${fields} } } }`;

/** An audience of all tenants that knows one of the permissions that accounts have by default. */
export const mcp = { uri: 'https://mcp.example.com', name: 'Tools', permissions: ['api:read'] };

/** Stores an audience as a super_admin. @returns it as GraphQL tells it */
export async function setAudience(owner: Somebody, input: Record<string, unknown> = {}) {
  const { setAudience: said } = await owner.run(setDocument, { input: { ...mcp, ...input } });
  return said.audience;
}

/** Sends a REST request to `/api/v1/admin/audience`. */
export const rest = (
  gateway: Gateway,
  { headers }: Pick<Somebody, 'headers'>,
  method: string,
  query: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> =>
  gateway.request(`/api/v1/admin/audience?${new URLSearchParams(query)}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

/** Reads the audit log entries about an audience, oldest first. */
export const trailOf = (gateway: Gateway, uri: string) =>
  gateway.sql(
    `select action, tenant_id, caller_id, outcome, before, after from audit_event
     where target = $1 order by occurred_at, id`,
    [uri],
  );
