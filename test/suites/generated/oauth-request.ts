import fc from 'fast-check';
import { headerText, type WireRequest, wildText } from './parts.js';

/** What the generated requests are about. */
export interface OAuthWorld {
  /** Client IDs with their secrets: accepted ones, and some of each kind that is rejected. */
  secrets: [clientId: string, secret: string][];
  /** Assertions with valid signatures. Each is accepted once at most. */
  assertions: string[];
  /** Access tokens, active ones and others. */
  tokens: string[];
  /** The default audience of the access tokens, and audiences of the catalog. */
  audiences: string[];
}

/** Mostly the first, sometimes the others. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]) =>
  fc.oneof(
    { weight: 15 * others.length, arbitrary: usual },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  );

/** Replaces lone surrogates, which have no encoding. */
const wellFormed = (text: string) => Buffer.from(text).toString();

const encode = (text: string) => encodeURIComponent(wellFormed(text));

/** Changes one character of a text, or cuts it. */
const damaged = (texts: string[]) =>
  fc
    .tuple(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.constantFrom('', 'A', '=', '.', '\n', ' ', '\u0000', 'é', '%'),
    )
    .map(
      ([text, at, character]) =>
        text.slice(0, at % text.length) + character + text.slice((at % text.length) + 1),
    );

/** The form-encoded values of each parameter. */
function values({
  secrets,
  assertions,
  tokens,
  audiences,
}: OAuthWorld): Record<string, fc.Arbitrary<string>> {
  const texts = (good: string[], ...more: string[]) =>
    mostly(
      fc.constantFrom(...good).map(encode),
      fc.constantFrom('', ...more).map(encode),
      damaged(good).map(encode),
      wildText.map(encode),
    );
  return {
    grant_type: texts(
      ['client_credentials'],
      'password',
      'authorization_code',
      'constructor',
      'CLIENT_CREDENTIALS',
    ),
    scope: texts(
      ['api:read', 'api:read api:write'],
      ' ',
      'api:read ',
      'api:read  api:write',
      'openid',
      'api:"',
    ),
    resource: texts(audiences, 'https://other.example.com', ...audiences.map((audience) => `${audience}/`)),
    token: texts(tokens, 'x', 'a.b.c', 'x'.repeat(9000)),
    token_type_hint: texts(['access_token'], 'refresh_token', 'x'),
    client_id: texts(
      secrets.map(([clientId]) => clientId),
      'admin',
      'a,b',
    ),
    client_secret: texts(
      secrets.map(([, secret]) => secret),
      'hunter2',
    ),
    client_assertion: texts(assertions, 'a.b.c', '..', 'e30.e30.'),
    client_assertion_type: texts(['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'], 'x'),
    foo: wildText.map(encode),
  };
}

/** Bytes that are not a form in UTF-8, or have another size than a form. */
const wildBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '%',
      'grant_type=%zz',
      'scope=%ff',
      '&&&',
      '=',
      '\ufeffgrant_type=x',
      '{"grant_type":"x"}',
      '',
    )
    .map((text) => Buffer.from(text)),
  fc.constantFrom(16_384, 16_385, 70_000).map((length) => Buffer.alloc(length, 'a')),
  fc.constantFrom(50, 51, 5_000).map((count) => Buffer.from('a=%41&'.repeat(count))),
);

function authorization({ secrets, tokens }: OAuthWorld): fc.Arbitrary<string | undefined> {
  const base64 = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const pairs = secrets.map((pair) => base64(pair.join(':')));
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...pairs) },
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: damaged(secrets.map((pair) => pair.join(':'))).map(base64) },
    { weight: 1, arbitrary: damaged(pairs).filter((text) => /^[\x20-\x7e]*$/.test(text)) },
    { weight: 1, arbitrary: wildText.map((text) => base64(wellFormed(text))) },
    { weight: 1, arbitrary: fc.constantFrom(...tokens).map((token) => `Bearer ${token}`) },
    { weight: 1, arbitrary: headerText },
  );
}

const header = (usual: string | undefined, ...others: string[]) =>
  mostly<string | undefined>(fc.constant(usual), fc.constantFrom(undefined, ...others), headerText);

/** Generates requests to the endpoints, some of them accepted, most of them wrong in some way. */
export function oauthRequest(world: OAuthWorld): fc.Arbitrary<WireRequest> {
  const known = values(world);
  const parameter = (names: string[]) =>
    fc
      .constantFrom(...names)
      .chain((name) => (known[name] as fc.Arbitrary<string>).map((value) => `${name}=${value}`));
  const inForm = fc.oneof(
    fc
      .constantFrom(...world.secrets)
      .map(([clientId, secret]) => `client_id=${clientId}&client_secret=${secret}`),
    fc
      .constantFrom(...world.assertions)
      .map(
        (assertion) =>
          `client_assertion=${assertion}&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer`,
      ),
  );
  const nothing = fc.constant('');
  /** The authorization header and the part of the form that authenticate the client, seldom both. */
  const client = fc.oneof(
    { weight: 15, arbitrary: fc.tuple(authorization(world), nothing) },
    { weight: 10, arbitrary: fc.tuple(fc.constant(undefined), inForm) },
    { weight: 1, arbitrary: fc.tuple(authorization(world), inForm) },
  );
  const form = fc
    .tuple(
      mostly(fc.constant('grant_type=client_credentials'), nothing),
      mostly(
        fc.constantFrom(...world.tokens).map((token) => `token=${encode(token)}`),
        nothing,
      ),
      fc.oneof(nothing, parameter(['scope', 'resource', 'token_type_hint'])),
      mostly(nothing, parameter(['resource'])),
      mostly(nothing, parameter(Object.keys(known))),
    )
    .map((parts) => parts.filter(Boolean).join('&'));
  const type = 'application/x-www-form-urlencoded';
  return fc
    .record({
      method: mostly(
        fc.constant('POST'),
        fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
      ),
      path: fc.constantFrom('token', 'token', 'introspect', 'revoke', 'token?client_id=x&token=y'),
      client,
      form,
      wild: mostly(fc.constant(undefined), wildBody),
      headers: fc.record({
        'content-type': header(
          type,
          `${type}; charset=UTF-8`,
          `${type}; charset=latin1`,
          'application/json',
          '',
        ),
        'content-encoding': mostly<string | undefined>(
          fc.constant(undefined),
          fc.constantFrom('identity', 'gzip', 'IDENTITY', ''),
        ),
        accept: header(undefined, 'text/html', 'application/json', '*/*'),
        origin: header(undefined, 'https://admin.example.com', 'null'),
        'access-control-request-method': header(undefined, 'POST'),
      }),
    })
    .map(({ method, path, client: [header, credentials], form, wild, headers }) => ({
      method,
      path: `/oauth2/${path}`,
      headers: Object.fromEntries(
        Object.entries({ ...headers, authorization: header }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
      body: wild ?? Buffer.from([form, credentials].filter(Boolean).join('&')),
    }));
}
