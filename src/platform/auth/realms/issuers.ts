/** The part of an issuer that stands for a tenant of the identity provider, in the notation of Microsoft Entra ID. */
const tenantId = '{tenantid}';

interface WithIssuer {
  issuer: string;
  issuerTenants?: readonly string[];
}

/** Returns whether an issuer stands for several tenants of one identity provider. */
export const isTemplate = (issuer: string | undefined): boolean => issuer?.includes(tenantId) ?? false;

/** Returns the issuers whose tokens a realm accepts. */
export const issuersOf = ({ issuer, issuerTenants }: WithIssuer): string[] =>
  issuerTenants ? issuerTenants.map((tenant) => issuer.replaceAll(tenantId, tenant)) : [issuer];

/** Returns the issuer of a tenant of the identity provider. */
export const issuerFor = (template: string, tenant: string): string => template.replaceAll(tenantId, tenant);
