import { expect, test } from '@jest/globals';
import {
  cluster,
  directories,
  type Fields,
  faults,
  github,
  keys,
  notRealm,
  notSelf,
  privateKey,
  publicKey,
  read,
} from './issuers-file.js';

test('without the file, no issuer is trusted', () => {
  expect(read('', { WORKLOAD_ISSUERS_FILE: '' }).workloadIssuers).toEqual([]);
});

test('the issuers have the values of the file, and defaults', () => {
  const all = [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ];
  const given = { ...cluster, algorithms: ['ES256'], maxTokenAge: 86_400, singleUse: true };
  const { workloadIssuers } = read(JSON.stringify({ issuers: [github, given] }));
  expect(workloadIssuers).toEqual([
    { ...github, algorithms: all, maxTokenAge: 3600, singleUse: false },
    { ...given, jwks: { keys: [expect.objectContaining(publicKey)] } },
  ]);
});

const notWhole = 'issuers[0].maxTokenAge: must be a whole number of seconds from 60 to 86400';
const noTemplate =
  'issuers[0].issuer: must not contain braces; add a separate issuer for each directory of the identity provider';
const noHttps = 'must be an https URL in production, except on a loopback address';
const noUrl =
  'issuers[0].issuer: must be an http or https URL without query and fragment, unless jwksUri or jwks is given';

// biome-ignore format: each row stays on its line
test.each<[string, Fields, string]>([
  ['an unknown key', { trusts: {} }, 'issuers[0].trusts: is not a known key'],
  ['the audience of a realm', { audience: 'gateway' }, 'issuers[0].audience: is not a known key'],
  ['a misspelled key', { maxTokenAges: 60 }, 'issuers[0].maxTokenAges: is not a known key; did you mean maxTokenAge?'],
  ['a key of another spelling', { jwks_uri: '' }, 'issuers[0].jwks_uri: is not a known key; did you mean jwksUri?'],
  ['a key of jwks', { keys: [] }, 'issuers[0].keys: is not a known key; did you mean jwks.keys?'],
  ['a misspelled key in jwks', { jwks: { keys: [publicKey], kez: [] } }, 'issuers[0].jwks.kez: is not a known key; did you mean keys?'],
  ['no name', { name: undefined }, 'issuers[0].name: is required'],
  ['a name with a space', { name: 'a b' }, 'issuers[0].name: must be 1 to 64 letters, digits, dots, hyphens or underscores'],
  ['no issuer', { issuer: undefined }, 'issuers[0].issuer: is required'],
  ['an empty issuer', { issuer: '' }, 'issuers[0].issuer: must not be empty'],
  ['an issuer with white space around it', { issuer: `${github.issuer} ` }, 'issuers[0].issuer: must not start or end with white space'],
  ['an issuer for all directories', { issuer: directories.issuer }, noTemplate],
  ['an issuer with other braces', { issuer: 'https://example.com/{region}' }, noTemplate],
  ['an issuer that is no URL, without keys', { issuer: 'kubernetes/serviceaccount' }, noUrl],
  ['an issuer with a query, without keys', { issuer: 'https://example.com?a' }, noUrl],
  ['plain http', { issuer: 'http://ci.example.com' }, `issuers[0].issuer: ${noHttps}`],
  ['keys over plain http', { jwksUri: 'http://ci.example.com/keys' }, `issuers[0].jwksUri: ${noHttps}`],
  ['a password in jwksUri', { jwksUri: 'https://a:b@ci.example.com' }, 'issuers[0].jwksUri: must not contain a user name or a password'],
  ['both jwksUri and jwks', { jwksUri: 'https://ci.example.com/keys', ...keys(publicKey) }, 'issuers[0].jwksUri: cannot be combined with jwks; give only one of the two'],
  ['no key', keys(), 'issuers[0].jwks.keys: must contain at least one key'],
  ['a private key', keys(privateKey), 'issuers[0].jwks.keys[0]: is a private key; give only the public key'],
  ['a shared key', keys({ kty: 'oct', k: 'c2VjcmV0' }), 'issuers[0].jwks.keys[0].kty: must be RSA, EC or OKP, because only asymmetric keys are accepted'],
  ['a symmetric algorithm', { algorithms: ['HS256'] }, 'issuers[0].algorithms[0]: must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519'],
  ['no algorithm', { algorithms: [] }, 'issuers[0].algorithms: must contain at least one algorithm'],
  ['a short maxTokenAge', { maxTokenAge: 59 }, notWhole],
  ['a long maxTokenAge', { maxTokenAge: 86_401 }, notWhole],
  ['a fraction as maxTokenAge', { maxTokenAge: 60.5 }, notWhole],
  ['a text as maxTokenAge', { maxTokenAge: '3600' }, notWhole],
  ['no bound of maxTokenAge', { maxTokenAge: null }, notWhole],
  ['a word for singleUse', { singleUse: 'yes' }, 'issuers[0].singleUse: must be true or false'],
  ['the gateway as issuer', { issuer: 'https://gateway.example.com' }, notSelf],
  ['the gateway as issuer, with a slash', { issuer: 'https://gateway.example.com/' }, notSelf],
  ['the issuer of access tokens', { issuer: 'https://gateway.example.com/oauth2' }, notSelf],
  ['the issuer of access tokens in another spelling', { issuer: 'HTTPS://Gateway.Example.com:443/oauth2//' }, notSelf],
  ['the issuer of a realm', { issuer: 'https://acme.example.com/' }, notRealm],
  ['the issuer of a realm without its slash', { issuer: 'https://acme.example.com' }, notRealm],
  ['an issuer of the template of a realm', { issuer: 'https://login.microsoftonline.com/bbbb/v2.0' }, notRealm],
  ['the issuer of another', { issuer: cluster.issuer }, 'issuers[1].issuer: is already the issuer of issuers[0], perhaps in another spelling'],
  ['the issuer of another with a slash', { issuer: `${cluster.issuer}/` }, 'issuers[1].issuer: is already the issuer of issuers[0], perhaps in another spelling'],
  ['the issuer of another in capitals', { issuer: 'HTTPS://KUBERNETES.default.svc' }, 'issuers[1].issuer: is already the issuer of issuers[0], perhaps in another spelling'],
  ['the name of another', { name: 'cluster' }, 'issuers[1].name: is already the name of another issuer'],
])('an issuer with %s is refused', (_name, fields, message) => {
  expect(faults(fields)).toEqual([message]);
});

// biome-ignore format: each row stays on its line
test.each<[string, Fields, NodeJS.ProcessEnv]>([
  ['an issuer that is no URL, with keys', { issuer: 'kubernetes/serviceaccount', ...keys(publicKey) }, {}],
  ['an issuer of plain http, with keys', { issuer: 'http://ci.example.com', ...keys(publicKey) }, {}],
  ['plain http on loopback', { issuer: 'http://127.0.0.1:8080' }, {}],
  ['plain http outside production', { issuer: 'http://ci.example.com' }, { NODE_ENV: 'staging' }],
  ['another directory than those of the realm', { issuer: 'https://login.microsoftonline.com/cccc/v2.0' }, {}],
  ['a path below the gateway', { issuer: 'https://gateway.example.com/ci' }, {}],
  ['a path in capitals like another', { issuer: `${cluster.issuer}/A`, ...keys(publicKey) }, {}],
])('%s is accepted', (_name, fields, overrides) => {
  expect(faults(fields, {}, overrides)).toEqual([]);
});
