import type { JWTPayload } from 'jose';

/** A form in which an identity provider names roles and tenants. */
export interface ClaimShape {
  name: string;
  /** The keys of the realm. */
  realm: Record<string, unknown>;
  claims: JWTPayload;
  /** The roles that the caller then has, as `tenant: role`, or `super_admin`. */
  gives: string[];
}

/** The tenants of the test. Each has the same external IDs in every realm. */
export const tenants = {
  Acme: {
    id: '3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be001',
    externalIds: [
      'acme',
      'org_7Rk2mWqv',
      '283746501928374650',
      '8c1d2e3f-4a5b-4c6d-8e7f-0123456789ab',
      'https://acme.example.com/',
      'acme.example.com',
      'Acme Corporation, Inc.',
      '42',
    ],
  },
  Beta: {
    id: '3f0c6a52-8e0b-4c7b-9a53-5d1f7c1be002',
    externalIds: ['beta', 'org_3Lp8sNxc', '918273645091827364', 'beta.example.com', '43'],
  },
};
const { Acme, Beta } = tenants;

const acmeAdmin = ['Acme: TENANT_ADMIN'];
const adminAndViewer = ['Acme: TENANT_ADMIN', 'Beta: TENANT_VIEWER'];
const admin = { roles: ['tenant_admin'] };
const byTenant = { claims: { tenantRoles: 'memberships' } };
const groups = {
  claims: { tenantRoles: 'groups' },
  tenantRolePatterns: {
    '/tenants/{tenant}/admins': 'tenant_admin',
    '/tenants/{tenant}/viewers': 'tenant_viewer',
  },
};
const organizations = { claims: { tenants: 'organization' } };
const zitadelRoles = 'urn:zitadel:iam:org:project:roles';
const zitadel = { claims: { roles: zitadelRoles, tenants: 'urn:zitadel:iam:user:resourceowner:id' } };
const zitadelOwner = { 'urn:zitadel:iam:user:resourceowner:id': '283746501928374650' };
const entra = 'https://login.microsoftonline.com/';

// biome-ignore format: each row stays on its line
const keycloak: ClaimShape[] = [
  { name: 'realm roles', realm: { claims: { roles: 'realm_access.roles' } }, claims: { realm_access: { roles: ['offline_access', 'tenant_admin'] }, tenants: ['acme'] }, gives: acmeAdmin },
  { name: 'client roles', realm: { claims: { roles: 'resource_access.gateway.roles' } }, claims: { resource_access: { gateway: { roles: ['tenant_admin'] } }, tenants: ['acme'] }, gives: acmeAdmin },
  { name: 'roles of a client whose name has dots', realm: { claims: { roles: ['resource_access', 'gateway.acme.com', 'roles'] } }, claims: { resource_access: { 'gateway.acme.com': { roles: ['tenant_admin'] } }, tenants: ['acme'] }, gives: acmeAdmin },
  { name: 'roles of another client', realm: { claims: { roles: ['resource_access', 'gateway.acme.com', 'roles'] } }, claims: { resource_access: { gateway: { acme: { com: { roles: ['tenant_admin'] } } } }, tenants: ['acme'] }, gives: [] },
  { name: 'a list of organizations', realm: organizations, claims: { ...admin, organization: ['acme', 'unknown'] }, gives: acmeAdmin },
  { name: 'an object of organizations', realm: organizations, claims: { ...admin, organization: { acme: {}, beta: {} } }, gives: ['Acme: TENANT_ADMIN', 'Beta: TENANT_ADMIN'] },
  { name: 'organizations with IDs', realm: organizations, claims: { ...admin, organization: { someone: { id: '8c1d2e3f-4a5b-4c6d-8e7f-0123456789ab' } } }, gives: acmeAdmin },
  { name: 'an alias that equals the ID of another organization', realm: organizations, claims: { ...admin, organization: { acme: { id: 'beta' } } }, gives: ['Beta: TENANT_ADMIN'] },
  { name: 'an organization that is false', realm: organizations, claims: { ...admin, organization: { acme: false, beta: null } }, gives: [] },
  { name: 'groups by tenant', realm: groups, claims: { groups: ['/tenants/acme/admins', '/tenants/beta/viewers', '/staff'] }, gives: adminAndViewer },
  { name: 'a group inside a group of a tenant', realm: groups, claims: { groups: ['/tenants/acme/guests/admins', '/tenants//admins', '/x/tenants/acme/admins', '/tenants/acme/admins/guests'] }, gives: [] },
  { name: 'a group that is a role', realm: { claims: { roles: 'groups' }, roleMap: { '/SAG/Tenant Admins': 'tenant_admin' } }, claims: { groups: ['/SAG/Tenant Admins'], tenants: ['acme'] }, gives: acmeAdmin },
];

// biome-ignore format: each row stays on its line
const zitadelShapes: ClaimShape[] = [
  { name: 'roles, and the organization of the user', realm: zitadel, claims: { ...zitadelOwner, [zitadelRoles]: { tenant_admin: { '283746501928374650': 'acme.zitadel.cloud' } } }, gives: acmeAdmin },
  { name: 'super_admin', realm: zitadel, claims: { [zitadelRoles]: { super_admin: { '283746501928374650': 'acme.zitadel.cloud' } } }, gives: ['super_admin'] },
  { name: 'roles by organization', realm: { claims: { tenantRoles: zitadelRoles } }, claims: { [zitadelRoles]: { tenant_admin: { '283746501928374650': 'acme.zitadel.cloud' }, tenant_viewer: { '918273645091827364': 'beta.zitadel.cloud' } } }, gives: adminAndViewer },
  { name: 'roles by organization with other names', realm: { claims: { tenantRoles: zitadelRoles }, roleMap: { 'sag.admin': 'tenant_admin', 'sag.viewer': 'tenant_viewer' } }, claims: { [zitadelRoles]: { 'sag.admin': { '283746501928374650': 'acme.zitadel.cloud' }, 'sag.viewer': { '918273645091827364': 'beta.zitadel.cloud' }, tenant_admin: { '918273645091827364': 'beta.zitadel.cloud' } } }, gives: adminAndViewer },
  { name: 'a role that is false', realm: zitadel, claims: { ...zitadelOwner, [zitadelRoles]: { tenant_admin: false } }, gives: [] },
  { name: 'roles by organization beside a role that is null', realm: { claims: { tenantRoles: zitadelRoles } }, claims: { [zitadelRoles]: { tenant_admin: { '283746501928374650': 'acme.zitadel.cloud' }, tenant_viewer: null } }, gives: acmeAdmin },
  { name: 'a role that is null', realm: zitadel, claims: { ...zitadelOwner, [zitadelRoles]: { super_admin: null } }, gives: [] },
  { name: 'a role of no organization', realm: zitadel, claims: { ...zitadelOwner, [zitadelRoles]: { tenant_admin: {}, super_admin: [] } }, gives: [] },
  { name: 'a role of an organization that is false', realm: zitadel, claims: { ...zitadelOwner, [zitadelRoles]: { tenant_admin: { '283746501928374650': false } } }, gives: [] },
];

// biome-ignore format: each row stays on its line
const otherVendors: ClaimShape[] = [
  { name: 'Auth0: permissions, and the ID of the organization', realm: { claims: { roles: 'permissions', tenants: 'org_id' }, roleMap: { 'manage:service-accounts': 'tenant_admin' } }, claims: { permissions: ['read:logs', 'manage:service-accounts'], org_id: 'org_7Rk2mWqv' }, gives: acmeAdmin },
  { name: 'Auth0: claims with a namespace', realm: { claims: { roles: 'https://example.com/roles', tenants: 'https://example.com/tenants' } }, claims: { 'https://example.com/roles': ['tenant_admin'], 'https://example.com/tenants': [Acme.id] }, gives: acmeAdmin },
  { name: 'Entra ID: app roles', realm: { roleMap: { 'ServiceAccounts.Admin': 'super_admin' } }, claims: { roles: ['ServiceAccounts.Admin'] }, gives: ['super_admin'] },
  { name: 'Entra ID: IDs of groups', realm: { claims: { roles: 'groups' }, roleMap: { 'd7b3c1a0-5f2e-4f6c-9d8b-7a6c5e4d3f21': 'tenant_admin' } }, claims: { groups: ['00000000-1111-4222-8333-444444444444', 'd7b3c1a0-5f2e-4f6c-9d8b-7a6c5e4d3f21'], tenants: [Acme.id] }, gives: acmeAdmin },
  { name: 'Entra ID: the tenant of the customer', realm: { as: `${entra}{tenantid}/v2.0`, issuerTenants: ['8c1d2e3f-4a5b-4c6d-8e7f-0123456789ab'], claims: { tenants: 'tid' } }, claims: { ...admin, iss: `${entra}8c1d2e3f-4a5b-4c6d-8e7f-0123456789ab/v2.0`, tid: '8c1d2e3f-4a5b-4c6d-8e7f-0123456789ab' }, gives: acmeAdmin },
  { name: 'Okta: groups with spaces in their names', realm: { claims: { roles: 'groups' }, roleMap: { 'SAG Tenant Admins': 'tenant_admin' } }, claims: { groups: ['Everyone', 'SAG Tenant Admins'], tenants: ['acme'] }, gives: acmeAdmin },
  { name: 'Cognito: groups, and an audience in client_id', realm: { as: 'https://cognito-idp.example.com', audience: ['app-1'], audienceClaim: 'client_id', requiredClaims: { token_use: 'access' }, claims: { roles: 'cognito:groups', tenants: 'cognito:groups' } }, claims: { iss: 'https://cognito-idp.example.com', aud: undefined, client_id: 'app-1', token_use: 'access', 'cognito:groups': ['tenant_admin', 'acme'] }, gives: acmeAdmin },
  { name: 'Cognito: a custom attribute with commas', realm: { splitTenants: true, claims: { tenants: 'custom:tenants' } }, claims: { ...admin, 'custom:tenants': 'acme,beta, unknown' }, gives: ['Acme: TENANT_ADMIN', 'Beta: TENANT_ADMIN'] },
  { name: 'Cognito: a custom attribute with a JSON list', realm: { splitRoles: true, splitTenants: true, claims: { roles: 'custom:roles', tenants: 'custom:tenants' } }, claims: { 'custom:roles': '["tenant_admin"]', 'custom:tenants': '["Acme Corporation, Inc."]' }, gives: acmeAdmin },
  { name: 'Cognito: a custom attribute with a JSON object', realm: { splitRoles: true, ...byTenant }, claims: { memberships: '{"acme":["tenant_admin"],"beta":["tenant_viewer"]}' }, gives: adminAndViewer },
  { name: 'Google: an email address, and the domain of the Workspace', realm: { acceptIdTokens: true, claims: { roles: 'email', tenants: 'hd' }, roleMap: { 'ada@acme.example.com': 'tenant_admin' } }, claims: { at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q', email: 'ada@acme.example.com', email_verified: true, hd: 'acme.example.com' }, gives: acmeAdmin },
  { name: 'Logto: roles in organizations', realm: { claims: { tenantRoles: 'organization_roles' }, tenantRolePatterns: { '{tenant}:admin': 'tenant_admin', '{tenant}:guest': 'tenant_viewer' } }, claims: { organization_roles: ['org_7Rk2mWqv:admin', 'org_3Lp8sNxc:guest', 'org_3Lp8sNxc:owner'] }, gives: adminAndViewer },
  { name: 'Logto: an organization token with scopes', realm: { splitRoles: true, claims: { roles: 'scope', tenants: 'organization_id' }, roleMap: { 'accounts:manage': 'tenant_admin' } }, claims: { scope: 'openid accounts:manage', organization_id: 'org_7Rk2mWqv' }, gives: acmeAdmin },
  { name: 'Clerk: the active organization', realm: { claims: { roles: 'o.rol', tenants: 'o' }, roleMap: { admin: 'tenant_admin' } }, claims: { o: { id: 'org_7Rk2mWqv', rol: 'admin', slg: 'beta' } }, gives: acmeAdmin },
  { name: 'WorkOS: an organization and a role', realm: { claims: { roles: 'role', tenants: 'org_id' }, roleMap: { member: 'tenant_viewer' } }, claims: { org_id: 'org_7Rk2mWqv', role: 'member' }, gives: ['Acme: TENANT_VIEWER'] },
  { name: 'Descope: tenants with roles and permissions', realm: { claims: { tenantRoles: 'tenants' } }, claims: { tenants: { acme: { roles: ['tenant_admin'], permissions: [] }, beta: { roles: ['tenant_viewer'] } } }, gives: adminAndViewer },
  { name: 'Stytch: an organization in a nested claim', realm: { claims: { tenants: ['https://stytch.com/organization', 'slug'] } }, claims: { ...admin, 'https://stytch.com/organization': { slug: 'acme' } }, gives: acmeAdmin },
  { name: 'FusionAuth: the tenant in tid', realm: { claims: { tenants: 'tid' } }, claims: { ...admin, tid: Acme.id }, gives: acmeAdmin },
  { name: 'authentik: names of groups', realm: { claims: { roles: 'groups' }, roleMap: { 'gateway admins': 'super_admin' } }, claims: { groups: ['authentik Admins', 'gateway admins'] }, gives: ['super_admin'] },
  { name: 'Dex and GitHub: teams', realm: { claims: { tenantRoles: 'groups' }, tenantRolePatterns: { '{tenant}:service-accounts': 'tenant_admin' } }, claims: { groups: ['acme:service-accounts', 'beta:developers'] }, gives: acmeAdmin },
  { name: 'Ping and LDAP: distinguished names', realm: { claims: { roles: 'memberOf' }, roleMap: { 'CN=SAG Admins,OU=Groups,DC=acme': 'tenant_admin' } }, claims: { memberOf: ['CN=SAG Admins,OU=Groups,DC=acme'], tenants: 'acme' }, gives: acmeAdmin },
  { name: 'SuperTokens: a role in a nested list', realm: { claims: { roles: 'st-role.v' } }, claims: { 'st-role': { v: ['tenant_admin'], t: 1 }, tenants: ['acme'] }, gives: acmeAdmin },
];

// biome-ignore format: each row stays on its line
const plain: ClaimShape[] = [
  { name: 'roles and tenants in texts with spaces', realm: { splitTenants: true }, claims: { roles: 'openid tenant_admin', tenants: 'acme beta' }, gives: ['Acme: TENANT_ADMIN', 'Beta: TENANT_ADMIN'] },
  { name: 'a tenant whose name has spaces and a comma', realm: {}, claims: { ...admin, tenants: 'Acme Corporation, Inc.' }, gives: acmeAdmin },
  { name: 'the same in a realm that splits texts', realm: { splitTenants: true }, claims: { ...admin, tenants: 'Acme Corporation, Inc.' }, gives: acmeAdmin },
  { name: 'a text that contains the name of a tenant', realm: {}, claims: { ...admin, tenants: 'Evil acme' }, gives: [] },
  { name: 'a text that is the JSON of the name of a tenant', realm: {}, claims: { ...admin, tenants: '["acme"]' }, gives: [] },
  { name: 'UUIDs in a text with spaces', realm: {}, claims: { ...admin, tenants: `${Acme.id} ${Beta.id.toUpperCase()}` }, gives: ['Acme: TENANT_ADMIN', 'Beta: TENANT_ADMIN'] },
  { name: 'a UUID, and only external IDs count', realm: { externalIdsOnly: true }, claims: { ...admin, tenants: [Acme.id, 'beta'] }, gives: ['Beta: TENANT_ADMIN'] },
  { name: 'an external ID that is a UUID, in capitals', realm: { externalIdsOnly: true }, claims: { ...admin, tenants: ['8C1D2E3F-4A5B-4C6D-8E7F-0123456789AB'] }, gives: acmeAdmin },
  { name: 'an organization whose ID is of no use', realm: {}, claims: { ...admin, tenants: { acme: { id: null }, beta: { id: ['beta'] } } }, gives: [] },
  { name: 'an organization whose ID is too large for a number', realm: {}, claims: { ...admin, tenants: { acme: { id: 2 ** 60 } } }, gives: [] },
  { name: 'an ID that is no text, beside names', realm: {}, claims: { ...admin, tenants: { id: 1.5, acme: {} } }, gives: [] },
  { name: 'an organization with the name id', realm: {}, claims: { ...admin, tenants: { id: { id: 'acme' } } }, gives: acmeAdmin },
  { name: 'a tenant by a URL', realm: {}, claims: { ...admin, tenants: ['https://acme.example.com/'] }, gives: acmeAdmin },
  { name: 'a tenant by a number', realm: {}, claims: { ...admin, tenants: 42 }, gives: acmeAdmin },
  { name: 'tenants by numbers in a list', realm: {}, claims: { ...admin, tenants: [42, 4.2, true] }, gives: acmeAdmin },
  { name: 'a list of organizations {id, name}', realm: {}, claims: { ...admin, tenants: [{ id: 'acme', name: 'beta' }, { id: 43 }, { name: 'acme' }] }, gives: ['Acme: TENANT_ADMIN', 'Beta: TENANT_ADMIN'] },
  { name: 'an external ID in another case', realm: {}, claims: { ...admin, tenants: ['ACME', ' acme', 'acme '] }, gives: [] },
  { name: 'tenants that are false', realm: {}, claims: { ...admin, tenants: { [Acme.id]: false, [Beta.id]: null } }, gives: [] },
  { name: 'roles of each tenant', realm: byTenant, claims: { memberships: { acme: ['tenant_admin'], [Beta.id.toUpperCase()]: ['tenant_viewer'] } }, gives: adminAndViewer },
  { name: 'a role of each tenant, as a text', realm: byTenant, claims: { memberships: { acme: 'tenant_admin', beta: 'tenant_viewer' } }, gives: adminAndViewer },
  { name: 'roles of each tenant, in texts', realm: { splitRoles: true, ...byTenant }, claims: { memberships: { acme: 'tenant_admin', beta: 'another tenant_viewer' } }, gives: adminAndViewer },
  { name: 'roles of tenants in texts', realm: { splitRoles: true, claims: { tenantRoles: 'roles' }, tenantRolePatterns: { 'tenant:{tenant}:admin': 'tenant_admin', 'tenant:{tenant}:viewer': 'tenant_viewer' } }, claims: { roles: 'tenant:acme:admin tenant:beta:viewer tenant:beta:x:admin' }, gives: adminAndViewer },
  { name: 'roles of some tenants beside roles of all', realm: byTenant, claims: { roles: ['tenant_viewer'], tenants: ['acme', 'beta'], memberships: { acme: ['tenant_admin'] } }, gives: ['Acme: TENANT_ADMIN TENANT_VIEWER', 'Beta: TENANT_VIEWER'] },
  { name: 'a role of a tenant that is no role', realm: byTenant, claims: { memberships: { acme: true, beta: null, tenant_admin: ['acme'] } }, gives: [] },
  { name: 'super_admin in one tenant', realm: byTenant, claims: { memberships: { acme: ['super_admin'], super_admin: { acme: 'acme.example.com' } } }, gives: [] },
  { name: 'tenants with hyphens before a hyphen', realm: { claims: { tenantRoles: 'groups' }, tenantRolePatterns: { '{tenant}-admins': 'tenant_admin' } }, claims: { groups: [`${Acme.id}-admins`, 'beta/x-admins'] }, gives: acmeAdmin },
  { name: 'a group whose name contains that of another', realm: { claims: { roles: 'group' }, roleMap: { Admins: 'super_admin' } }, claims: { group: 'Printer Admins', tenants: ['acme'] }, gives: [] },
  { name: 'an email address that contains another', realm: { claims: { roles: 'email' }, roleMap: { 'ada@acme.example.com': 'super_admin' } }, claims: { email: '"x,ada@acme.example.com,y"@evil.example.com' }, gives: [] },
  { name: 'a text that is the JSON of a role', realm: { roleMap: { Admins: 'super_admin' } }, claims: { roles: '["Admins"]' }, gives: [] },
  { name: 'a text with a role and a comma', realm: {}, claims: { roles: 'guest,super_admin' }, gives: [] },
  { name: 'a text with roles, commas and spaces, in a realm that splits texts', realm: { splitRoles: true }, claims: { roles: 'guest, super_admin' }, gives: ['super_admin'] },
  { name: 'a group whose name contains a pattern', realm: groups, claims: { groups: '/customers/Evil /tenants/acme/admins' }, gives: [] },
  { name: 'a role of a tenant in a longer text', realm: byTenant, claims: { memberships: { acme: 'Not tenant_admin' } }, gives: [] },
  { name: 'a tenant whose name is a role, beside roles of tenants', realm: byTenant, claims: { memberships: { beta: ['tenant_viewer'], tenant_admin: { acme: 'x' } } }, gives: ['Beta: TENANT_VIEWER'] },
  { name: 'a UUID in a text with another word', realm: {}, claims: { ...admin, tenants: `${Acme.id} everyone` }, gives: acmeAdmin },
  { name: 'the same where only external IDs count', realm: { externalIdsOnly: true }, claims: { ...admin, tenants: `${Acme.id} everyone` }, gives: [] },
  { name: 'roles of the gateway that roleMap does not name', realm: { roleMap: { admins: 'tenant_admin' } }, claims: { roles: ['tenant_admin', 'super_admin', 'constructor', '__proto__'], tenants: ['acme'] }, gives: [] },
  { name: 'a value that only begins like one of roleMap', realm: { roleMap: { admins: 'tenant_admin' } }, claims: { roles: ['admins ', 'Admins', 'admins-old'], tenants: ['acme'] }, gives: [] },
  { name: 'a role that the realm may not grant', realm: { roleMap: { admins: 'super_admin' }, grants: { roles: ['tenant_admin'], tenants: '*' } }, claims: { roles: ['admins'], tenants: ['acme'] }, gives: [] },
  { name: 'a tenant that the realm may not grant', realm: { grants: { roles: ['tenant_admin'], tenants: [Beta.id] } }, claims: { ...admin, tenants: ['acme', 'beta'] }, gives: ['Beta: TENANT_ADMIN'] },
];

const of = (vendor: string, shapes: ClaimShape[]) =>
  shapes.map((shape) => ({ ...shape, name: `${vendor}: ${shape.name}` }));

export const claimShapes: ClaimShape[] = [
  ...of('Keycloak', keycloak),
  ...of('Zitadel', zitadelShapes),
  ...otherVendors,
  ...of('any provider', plain),
];
