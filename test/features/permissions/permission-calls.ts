import type { Somebody } from '../../harness/admin.js';
import type { Answer, Gateway } from '../../harness/gateway.js';

export type PermissionCall = (method: string, path: string, body?: unknown, by?: Somebody) => Promise<Answer>;

/** Returns a function that sends REST requests below `/api/v1/admin/permission`. They are global and name no tenant. */
export const permissionCalls =
  (gateway: Gateway, owner: Somebody): PermissionCall =>
  (method, path, body, by = owner) =>
    gateway.request(`/api/v1/admin/permission${path}`, {
      method,
      headers: {
        authorization: by.headers.authorization ?? '',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
