import { introspectionPermissions } from '../../features/permissions/permission.rules.js';
import { signingAlgorithms } from '../../platform/auth/access-token-settings.js';
import { assertionAlgorithms } from './authentication/assertion.js';
import { clientAuthenticationMethods } from './authentication/methods.js';
import { tokenExchange } from './token-exchange.js';

/** The paths of the endpoints below the issuer. */
export const paths = {
  authorization: '/authorize',
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
};

/**
 * Returns the identifiers of the server that may be the audience of an assertion: the issuer, which is what new
 * libraries write, and each URL at which a client presents an assertion. mod_auth_openidc writes the latter.
 */
export const audiencesOf = (issuer: string): string[] =>
  ['', paths.token, paths.introspection, paths.revocation].map((path) => issuer + path);

/** Returns how clients authenticate at an endpoint. */
const authentication = (endpoint: string) => ({
  [`${endpoint}_endpoint_auth_methods_supported`]: clientAuthenticationMethods,
  [`${endpoint}_endpoint_auth_signing_alg_values_supported`]: assertionAlgorithms,
});

/**
 * Returns the metadata of the authorization server (RFC 8414, section 2).
 * @param hasWorkloads whether the operator trusts issuers of workloads, whose tokens can be exchanged
 */
export const serverMetadata = (issuer: string, hasWorkloads: boolean) => ({
  issuer,
  // The gateway has no grant type that uses this endpoint, which rejects all requests. RFC 8414 then does not require
  // the field, but clients of the Model Context Protocol reject a document without it, whatever grant type they use.
  authorization_endpoint: issuer + paths.authorization,
  token_endpoint: issuer + paths.token,
  jwks_uri: issuer + paths.jwks,
  introspection_endpoint: issuer + paths.introspection,
  revocation_endpoint: issuer + paths.revocation,
  grant_types_supported: ['client_credentials', ...(hasWorkloads ? [tokenExchange] : [])],
  // The permissions that the gateway itself looks for. The document omits the rest of the permission catalog, as RFC
  // 8414 allows: everyone can read the document, but only administrators may read the catalog, whose names tell what an
  // operator's APIs do. A client does not need the list, because a token has all permissions of its account by default.
  // A fixed list also needs no database, so the document is available during an outage.
  scopes_supported: Object.values(introspectionPermissions),
  // RFC 8414 requires this field. It is empty because the authorization endpoint rejects all requests.
  response_types_supported: [],
  // Clients that process the OpenID document by the rules of OpenID (Nimbus, and therefore Spring) reject a document
  // without this field.
  subject_types_supported: ['public'],
  // The gateway issues no ID tokens, but there is no such field for access tokens, and go-oidc and
  // express-oauth2-jwt-bearer accept access tokens with these algorithms only. Without the field, go-oidc accepts RS256
  // only. The list has all algorithms, because after a change of TOKEN_ALGORITHM tokens of both are valid.
  id_token_signing_alg_values_supported: signingAlgorithms,
  ...authentication('token'),
  ...authentication('introspection'),
  ...authentication('revocation'),
});

/**
 * Returns the paths of the metadata. Clients look for them below the issuer, or in front of the issuer's path (RFC
 * 8414, section 3.1). A proxy may serve the gateway below a path. The issuer then contains this path.
 */
export function wellKnown(issuer: string): string[] {
  const names = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
  const { pathname } = new URL(issuer);
  return names.flatMap((name) => [`/oauth2${name}`, `${name}/oauth2`, name + pathname]);
}
