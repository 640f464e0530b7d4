import { type GraphQLLeafType, isEnumType } from 'graphql';

/** The values in examples, by `Type.field` or by the field alone. */
const values: Record<string, unknown> = {
  accepted: false,
  actual: 'repo:acme@123456/shop@456789:ref:refs/heads/main',
  algorithms: 'ES256',
  audience: 'https://gateway.example.com/oauth2',
  clientId: 'sa_client_64c7e3246746',
  clientSecret: 'sa_secret_0123456789abcdefghijklmnopqrstu0000000',
  contact: 'billing@example.com',
  createdAt: '2026-11-24T05:58:35.372Z',
  deletedAt: null,
  description: 'Exports invoices every night',
  email: 'ada@example.com',
  expected: 'repo:acme@123456/shop@456789:environment:production',
  expectedVersion: 1,
  expiresAt: '2099-12-31T00:00:00.000Z',
  hint: 'k3j9',
  ids: 'sa-01a20c22-786a-709c-a17d-4bad25863cd0',
  ipAllowlist: '198.51.100.0/24',
  issuer: 'https://token.actions.githubusercontent.com',
  issuerName: 'github',
  jsonLines:
    '{"id":"audit-01a20c22-7871-7d0e-9f3c-0d1b2a3c4e5f","occurredAt":"2026-11-24T05:58:35.372Z","tenantId":"3fa85f64-5717-4562-b3fc-2c963f66afa6","actor":{"realm":"acme","id":"f1f4b3f0-6f0a-4f0e-9a51-4f9c9b1d3b0e","name":"Ada Lovelace","email":"ada@example.com"},"action":"service_account.disable","target":"sa-01a20c22-786a-709c-a17d-4bad25863cd0","outcome":"success","requestId":"01a20c27-7693-74a1-a722-371a59f615be","ip":"203.0.113.7","userAgent":"curl/8.14.1","before":{"status":"active"},"after":{"status":"disabled"}}\n',
  key: 'team',
  keyId: 'key-01a20c22-786c-7b55-9e10-7d2f1a9c3bad',
  kid: 'billing-export-2026',
  lastUsedAt: null,
  maxTokenAgeSeconds: 3600,
  maxTokenLifetimeSeconds: 900,
  overlapSeconds: 3600,
  owner: 'Billing',
  permissions: 'api:read',
  publicKey:
    '{"kty":"EC","crv":"P-256","kid":"billing-export-2026","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}',
  realm: 'acme',
  revokedAt: null,
  secret: 'sa_secret_0123456789abcdefghijklmnopqrstu0000000',
  secretMaxAgeDays: 90,
  subject: 'repo:acme@123456/shop@456789:environment:production',
  thumbprint: 'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s',
  token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL3Rva2VuLmFjdGlvbnMifQ.c2lnbmF0dXJl',
  tokenLifetimeSeconds: 300,
  trustId: 'trust-01a20c22-786d-7c66-8f21-8e3a2b0d4cbe',
  updatedAt: '2026-11-24T06:10:02.184Z',
  uri: 'https://mcp.example.com',
  value: 'billing',
  version: 2,
  'Actor.id': 'f1f4b3f0-6f0a-4f0e-9a51-4f9c9b1d3b0e',
  'Actor.name': 'Ada Lovelace',
  'Audience.name': 'Billing tools',
  'Audience.tenantId': null,
  'AuditEvent.id': 'audit-01a20c22-7871-7d0e-9f3c-0d1b2a3c4e5f',
  'AuditEvent.action': 'service_account.disable',
  'AuditEvent.after': { status: 'disabled' },
  'AuditEvent.before': { status: 'active' },
  'AuditEvent.ip': '203.0.113.7',
  'AuditEvent.requestId': '01a20c27-7693-74a1-a722-371a59f615be',
  'AuditEvent.target': 'sa-01a20c22-786a-709c-a17d-4bad25863cd0',
  'AuditEvent.tenantId': '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  'AuditEvent.userAgent': 'curl/8.14.1',
  'Creator.id': 'f1f4b3f0-6f0a-4f0e-9a51-4f9c9b1d3b0e',
  'Creator.name': 'Ada Lovelace',
  'Permission.description': 'Reads invoices',
  'Permission.name': 'invoice:read',
  // The input of a trust contains the name of the issuer.
  'ServiceAccount.issuer': 'github',
  'ServiceAccount.id': 'sa-01a20c22-786a-709c-a17d-4bad25863cd0',
  'ServiceAccountResult.error': null,
  'ServiceAccountKey.id': 'key-01a20c22-786c-7b55-9e10-7d2f1a9c3bad',
  'ServiceAccountKey.expiresAt': null,
  'ServiceAccountTrust.id': 'trust-01a20c22-786d-7c66-8f21-8e3a2b0d4cbe',
  'ServiceAccountTrust.expiresAt': null,
  'ServiceAccountTrustTest.message': 'No trust of the account in this issuer has the subject of the token.',
  'ServiceAccountTrustTest.reason': 'wrong_subject',
  'ServiceAccountSecret.id': 'secret-01a20c22-786b-7a44-8d0f-6c1f0f8b2a9e',
  'ServiceAccountSecret.expiresAt': null,
  'SetAudienceInput.name': 'Billing tools',
  'SetAudienceInput.tenantId': null,
  'Tenant.id': '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  'Tenant.name': 'Acme Corporation',
  'Tenant.remaining': 88,
  'Tenant.serviceAccountCount': 12,
  'Tenant.serviceAccountLimit': 100,
  'TenantExternalId.id': 'org_2f9a81c04d',
  'TenantExternalIdInput.id': 'org_2f9a81c04d',
  'TrustedClaim.name': 'repository_owner_id',
  'TrustedClaim.value': '123456',
  'TrustedClaimInput.name': 'repository_owner_id',
  'TrustedClaimInput.value': '123456',
  'WorkloadIssuer.name': 'github',
  id: 'sa-01a20c22-786a-709c-a17d-4bad25863cd0',
  name: 'billing-export',
  secretId: 'secret-01a20c22-786b-7a44-8d0f-6c1f0f8b2a9e',
};

const byScalar: Record<string, unknown> = {
  Boolean: false,
  DateTime: '2026-11-24T05:58:35.372Z',
  Float: 1.5,
  ID: '01a20c22-786a-709c-a17d-4bad25863cd0',
  Int: 1,
  JSON: {},
  JSONObject: {},
};

/**
 * Returns an example for a field. It is found by type and field name, by field name alone, or by the type of the value.
 */
export function exampleOf(type: GraphQLLeafType, field: string, owner?: string): unknown {
  for (const name of [`${owner}.${field}`, field]) if (Object.hasOwn(values, name)) return values[name];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  return byScalar[type.name] ?? 'text';
}

/**
 * Returns whether an object is null in examples. The error of an account in a bulk operation is null if the operation
 * succeeded for that account.
 */
export const isNullInExamples = (owner: string | undefined, field: string): boolean =>
  values[`${owner}.${field}`] === null;

/** The tenant of all examples. */
export const exampleTenant = values['Tenant.id'];
