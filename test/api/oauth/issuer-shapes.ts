import type { JWK, JWTPayload } from 'jose';
import {
  azureClaims,
  githubActionsClaims,
  gitlabClaims,
  googleClaims,
  kubernetesClaims,
  spireClaims,
} from './workload-claims.js';

/** What the issuer of a platform serves, and what it writes into the tokens of workloads. */
interface IssuerShape {
  /** The path of the issuer below the URL of its server. */
  path: string;
  keysPath: string;
  alg: 'RS256' | 'ES256';
  /** The content type of the keys. */
  contentType: string;
  /** The members of the discovery document besides the issuer and the URL of the keys. */
  document: Record<string, unknown>;
  /** The members of a key besides `kty`, `kid` and the numbers of the key. */
  key: (key: JWK, issuer: string) => JWK;
  /** The members of a token's header besides `alg` and `kid`. */
  header: Record<string, string>;
  /** The seconds from the issue of a token to its `nbf`, and to its expiry. The first is undefined without `nbf`. */
  times: { nbf?: number; exp: number };
  /** The claims of a token besides its issuer and its times. */
  claims: (audience: string) => JWTPayload;
}

const signed = (key: JWK): JWK => ({ ...key, use: 'sig', alg: 'RS256' });
const idToken = { response_types_supported: ['id_token'], id_token_signing_alg_values_supported: ['RS256'] };

const githubActions: IssuerShape = {
  path: '',
  keysPath: '/.well-known/jwks',
  alg: 'RS256',
  contentType: 'application/json; charset=utf-8',
  document: {
    subject_types_supported: ['public', 'pairwise'],
    ...idToken,
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'repository', 'environment'],
    scopes_supported: ['openid'],
  },
  key: (key) => ({ ...signed(key), x5t: key.kid }),
  header: { typ: 'JWT', x5t: 'ykNaY4qM_ta4k2TgZOCEYLkcYlA' },
  times: { nbf: -300, exp: 300 },
  claims: githubActionsClaims,
};

const gitlab: IssuerShape = {
  path: '',
  keysPath: '/oauth/discovery/keys',
  alg: 'RS256',
  contentType: 'application/json; charset=utf-8',
  document: { ...idToken, subject_types_supported: ['public'], response_types_supported: ['code'] },
  key: signed,
  header: { typ: 'JWT' },
  times: { nbf: -5, exp: 3600 },
  claims: gitlabClaims,
};

const kubernetes: IssuerShape = {
  path: '',
  keysPath: '/openid/v1/jwks',
  alg: 'RS256',
  contentType: 'application/jwk-set+json',
  document: { ...idToken, subject_types_supported: ['public'] },
  key: signed,
  header: {},
  times: { nbf: 0, exp: 600 },
  claims: kubernetesClaims,
};

const google: IssuerShape = {
  path: '',
  keysPath: '/oauth2/v3/certs',
  alg: 'RS256',
  contentType: 'application/json; charset=UTF-8',
  document: {
    ...idToken,
    response_types_supported: ['code', 'id_token'],
    subject_types_supported: ['public'],
  },
  key: signed,
  header: { typ: 'JWT' },
  times: { exp: 3600 },
  claims: googleClaims,
};

const azure: IssuerShape = {
  path: '/3c8f0f6e-7d1c-4a52-9b6e-2f8d1a7c5e04/v2.0',
  keysPath: '/3c8f0f6e-7d1c-4a52-9b6e-2f8d1a7c5e04/discovery/v2.0/keys',
  alg: 'RS256',
  contentType: 'application/json; charset=utf-8',
  document: { ...idToken, subject_types_supported: ['pairwise'], cloud_instance_name: 'microsoftonline.com' },
  key: (key, issuer) => ({ ...key, use: 'sig', x5t: key.kid, issuer }),
  header: { typ: 'JWT' },
  times: { nbf: 0, exp: 86_400 },
  claims: azureClaims,
};

const spire: IssuerShape = {
  path: '',
  keysPath: '/keys',
  alg: 'ES256',
  contentType: 'application/json',
  document: {
    authorization_endpoint: '',
    response_types_supported: ['id_token'],
    subject_types_supported: [],
    id_token_signing_alg_values_supported: ['RS256', 'ES256', 'ES384'],
  },
  key: (key) => ({ ...key, alg: 'ES256' }),
  header: { typ: 'JWT' },
  times: { exp: 300 },
  claims: spireClaims,
};

/** The shapes by the name that the operator gives to the issuer. */
export const issuerShapes = {
  github: githubActions,
  gitlab,
  kubernetes,
  google,
  azure,
  spire,
};
export type IssuerName = keyof typeof issuerShapes;
export const issuerNames = Object.keys(issuerShapes) as IssuerName[];
