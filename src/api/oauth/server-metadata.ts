import { clientAuthenticationMethods } from './client-authentication.js';

/** The paths of the endpoints below the issuer, by the route names of oidc-provider. */
export const paths = {
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
};

/**
 * Returns the metadata of the authorization server (RFC 8414, section 2). oidc-provider's own document would list
 * endpoints that the gateway does not have, and would take their host from the request.
 */
export const serverMetadata = (issuer: string) => ({
  issuer,
  token_endpoint: issuer + paths.token,
  jwks_uri: issuer + paths.jwks,
  introspection_endpoint: issuer + paths.introspection,
  revocation_endpoint: issuer + paths.revocation,
  grant_types_supported: ['client_credentials'],
  // RFC 8414 requires this field. It is empty because the gateway has no authorization endpoint.
  response_types_supported: [],
  // Clients that process the OpenID document by the rules of OpenID (Nimbus, and therefore Spring) reject a document
  // without this field. The other fields that OpenID requires describe ID tokens. They are omitted, because
  // express-oauth2-jwt-bearer would use the algorithms of ID tokens for access tokens.
  subject_types_supported: ['public'],
  token_endpoint_auth_methods_supported: clientAuthenticationMethods,
  introspection_endpoint_auth_methods_supported: clientAuthenticationMethods,
  revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
});
