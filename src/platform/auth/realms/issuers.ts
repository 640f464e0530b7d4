import { isUuid } from '../../ids.js';

/** The part of an issuer that stands for a tenant of the identity provider, in the notation of Microsoft Entra ID. */
const tenantId = '{tenantid}';

interface WithIssuer {
  issuer: string;
  issuerTenants?: readonly string[];
}

/** Returns whether an issuer contains braces that stand for nothing, such as `{tenantId}`. */
export const hasOtherBraces = (issuer: string): boolean => /[{}]/.test(issuer.replaceAll(tenantId, ''));

/** Returns whether an issuer stands for several tenants of one identity provider. */
export const isTemplate = (issuer: string | undefined): boolean => issuer?.includes(tenantId) ?? false;

/** Returns the issuers whose tokens a realm accepts. */
export const issuersOf = ({ issuer, issuerTenants }: WithIssuer): string[] =>
  issuerTenants ? issuerTenants.map((tenant) => issuer.replaceAll(tenantId, tenant)) : [issuer];

/** Returns whether an issuer is that of a tenant of a template. `issuerTenants` may lack the tenant. */
export function fitsTemplate(template: string, issuer: unknown): boolean {
  const [before = '', after] = template.split(tenantId);
  if (after === undefined || typeof issuer !== 'string') return false;
  const tenant = issuer.slice(before.length, issuer.length - after.length);
  return issuer === `${before}${tenant}${after}` && /^[\w.-]+$/.test(tenant);
}

/** Returns the issuer of a tenant of the identity provider. */
export const issuerFor = (template: string, tenant: string): string => template.replaceAll(tenantId, tenant);

/**
 * Returns whether a key that names an issuer may verify a token. Only Microsoft Entra ID names issuers in its keys, which
 * all of its directories share. It signs its tokens of version 1, whose issuer is on another host (sts.windows.net), with
 * keys that name the issuer of version 2, where only the directory is the same.
 * @param named the issuer of the key, which may stand for all directories
 * @param issuer of the token
 */
export function isOfIssuer(named: string, issuer: string): boolean {
  const [key, token] = [directoryOf(named), directoryOf(issuer)];
  if (!key || named === issuer || fitsTemplate(named, issuer)) return true;
  return token !== undefined && key.host !== token.host && (key.id === tenantId || key.id === token.id);
}

/** Returns the host and the directory in an issuer that has the form of Microsoft Entra ID. */
function directoryOf(issuer: string): { host: string; id: string } | undefined {
  const [, host = '', id = ''] = /^https:\/\/([^/]+)\/([^/]+)/.exec(issuer) ?? [];
  return id === tenantId || isUuid(id) ? { host: host.toLowerCase(), id } : undefined;
}
