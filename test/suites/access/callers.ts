import type { JWTPayload } from 'jose';
import type { Gateway } from '../../harness/gateway.js';

/** The kinds of callers. Each of them sends requests to the tenant `own`, except where its realm lacks the role. */
export const callers = [
  'nobody',
  'a tenant_viewer',
  'a tenant_admin',
  'a tenant_admin elsewhere',
  'a tenant_viewer, and tenant_admin elsewhere',
  'a tenant_admin, and tenant_viewer elsewhere',
  'a super_admin',
  'a realm without the tenant',
  'a realm without the role',
] as const;
export type Caller = (typeof callers)[number];

/** The code of the error, or OK. */
type Outcome = 'OK' | 'UNAUTHENTICATED' | 'FORBIDDEN';
export type MayUse = Record<Caller, Outcome>;

export const readers: MayUse = {
  nobody: 'UNAUTHENTICATED',
  'a tenant_viewer': 'OK',
  'a tenant_admin': 'OK',
  'a tenant_admin elsewhere': 'FORBIDDEN',
  'a tenant_viewer, and tenant_admin elsewhere': 'OK',
  'a tenant_admin, and tenant_viewer elsewhere': 'OK',
  'a super_admin': 'OK',
  'a realm without the tenant': 'FORBIDDEN',
  'a realm without the role': 'FORBIDDEN',
};
export const managers: MayUse = {
  ...readers,
  'a tenant_viewer': 'FORBIDDEN',
  'a tenant_viewer, and tenant_admin elsewhere': 'FORBIDDEN',
};
export const owners: MayUse = {
  ...managers,
  'a tenant_admin': 'FORBIDDEN',
  'a tenant_admin, and tenant_viewer elsewhere': 'FORBIDDEN',
};
/** The outcomes of operations for which any role in any tenant is enough. */
export const everyone: MayUse = {
  ...readers,
  'a tenant_admin elsewhere': 'OK',
  'a realm without the tenant': 'OK',
};
/** The outcomes of operations for which a valid token is enough. */
export const anyone: MayUse = { ...everyone, 'a realm without the role': 'OK' };

/**
 * Makes the headers of each caller.
 * @param own the tenant that the callers name
 * @param granted the tenant that the realm `partner` grants
 */
export async function headersOf(
  { issuer, partner }: Gateway,
  own: string,
  elsewhere: string,
  granted: string,
) {
  const bearer = async (by: typeof issuer, claims: JWTPayload) => `Bearer ${await by.sign(claims)}`;
  const from = async (claims: JWTPayload) => ({
    authorization: await bearer(issuer, claims),
    'x-tenantid': own,
  });
  const fromPartner = async (roles: string[], tenant: string) => ({
    authorization: await bearer(partner, { roles, tenants: [own, granted] }),
    'x-tenantid': tenant,
    realmname: 'partner',
  });
  return {
    nobody: { 'x-tenantid': own },
    'a tenant_viewer': await from({ roles: ['tenant_viewer'], tenants: [own] }),
    'a tenant_admin': await from({ roles: ['tenant_admin'], tenants: [own] }),
    'a tenant_admin elsewhere': await from({ roles: ['tenant_admin'], tenants: [elsewhere] }),
    'a tenant_viewer, and tenant_admin elsewhere': await from({
      tenant_roles: { [elsewhere]: ['tenant_admin'], [own]: ['tenant_viewer'] },
    }),
    'a tenant_admin, and tenant_viewer elsewhere': await from({
      tenant_roles: { [elsewhere]: ['tenant_viewer'], [own]: ['tenant_admin'] },
    }),
    'a super_admin': await from({ roles: ['super_admin'] }),
    'a realm without the tenant': await fromPartner(['tenant_admin', 'tenant_viewer'], own),
    'a realm without the role': await fromPartner(['super_admin'], granted),
  } satisfies Record<Caller, object>;
}
