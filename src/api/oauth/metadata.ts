import { paths } from './paths.js';

const methods = ['client_secret_basic', 'client_secret_post'];

/**
 * What the server says of itself (RFC 8414, section 2). The library's own document tells of what it could do, and
 * names its endpoints by whatever host a request names.
 */
export const metadataOf = (issuer: string) => ({
  issuer,
  token_endpoint: issuer + paths.token,
  jwks_uri: issuer + paths.jwks,
  introspection_endpoint: issuer + paths.introspection,
  revocation_endpoint: issuer + paths.revocation,
  grant_types_supported: ['client_credentials'],
  // Required, and there is no authorization endpoint.
  response_types_supported: [],
  // Clients that read the OpenID document by its own rules (Nimbus, and so Spring) refuse one without. The other
  // members that it requires are about ID tokens, and a list of algorithms for those would be taken as one for
  // access tokens (express-oauth2-jwt-bearer).
  subject_types_supported: ['public'],
  token_endpoint_auth_methods_supported: methods,
  introspection_endpoint_auth_methods_supported: methods,
  revocation_endpoint_auth_methods_supported: methods,
});
