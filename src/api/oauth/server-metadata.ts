import { clientAuthenticationMethods } from './client-authentication.js';

/** The paths of the endpoints below the issuer, by oidc-provider's names of its routes. */
export const paths = {
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
};

/**
 * Returns the metadata of the authorization server (RFC 8414, section 2). The provider's own document would announce
 * endpoints that are not served here, and would take their host from the request.
 */
export const serverMetadata = (issuer: string) => ({
  issuer,
  token_endpoint: issuer + paths.token,
  jwks_uri: issuer + paths.jwks,
  introspection_endpoint: issuer + paths.introspection,
  revocation_endpoint: issuer + paths.revocation,
  grant_types_supported: ['client_credentials'],
  // The member is required, and is empty because there is no authorization endpoint.
  response_types_supported: [],
  // Clients that read the OpenID document by its own rules (Nimbus, and so Spring) refuse one without this member. The
  // other members that OpenID requires are about ID tokens, and express-oauth2-jwt-bearer would take a list of
  // algorithms for those as the one for access tokens.
  subject_types_supported: ['public'],
  token_endpoint_auth_methods_supported: clientAuthenticationMethods,
  introspection_endpoint_auth_methods_supported: clientAuthenticationMethods,
  revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
});
