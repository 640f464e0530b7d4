import fc from 'fast-check';
import { hugeText, inFuture, line, type Part, wildDate, wildText } from './parts.js';

const labelKey = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,20}[A-Za-z0-9])?$/);

/** Generates CreateServiceAccountInput with valid fields, any of which may be missing. */
export const goodInput = fc.record(
  {
    // The number makes it unlikely that two accounts get the same name.
    name: fc.oneof(
      fc.tuple(line(60), fc.nat()).map(([text, number]) => `${text} ${number}`),
      fc.constant(null),
    ),
    description: fc.oneof(line(300), fc.constantFrom(null, '', 'two\nlines\tand a tab')),
    owner: fc.oneof(line(200), fc.constantFrom(null, '')),
    contact: fc.constantFrom(null, 'team@example.com', 'x@y.co'),
    labels: fc.uniqueArray(fc.record({ key: labelKey, value: fc.oneof(line(100), fc.constant('')) }), {
      selector: ({ key }) => key,
      maxLength: 8,
    }),
    permissions: fc.constantFrom(null, [], ['api:read'], ['api:write', 'api:read']),
    expiresAt: fc.oneof(inFuture, fc.constant(null)),
    tokenLifetimeSeconds: fc.constantFrom(null, 60, 600, 3600),
    ipAllowlist: fc.oneof(fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 5 }), fc.constant(null)),
    withoutSecret: fc.constantFrom(null, false, true),
  },
  { requiredKeys: [] },
);

const fields = [
  'name',
  'description',
  'owner',
  'contact',
  'labels',
  'permissions',
  'expiresAt',
  'tokenLifetimeSeconds',
  'ipAllowlist',
  'withoutSecret',
];
const field = fc.constantFrom(...fields);
const wildKey = fc.oneof(
  wildText,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'Name', 'name ', 'id'),
);
const wildValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  wildText,
  wildDate,
  fc.constantFrom(0, -1, 2 ** 53, -0, 1e308, true, [], {}, [null], [[]], { key: 'a' }, [
    { key: 'a', value: 1 },
  ]),
  fc.array(wildText, { maxLength: 120 }),
  fc.array(fc.record({ key: fc.oneof(labelKey, wildText), value: wildText }), { maxLength: 40 }),
);

/** Numbers that JavaScript cannot represent, and texts that JSON does not allow. */
const wildLiteral = fc.constantFrom(
  '1e400',
  '-1E+999',
  '123456789012345678901234567890',
  'NaN',
  '01',
  '+1',
  "'x'",
  '\u0000',
);
const nested = fc
  .tuple(fc.constantFrom('[', '{"name":', '[{"labels":'), fc.integer({ min: 2, max: 8_000 }))
  .map(([open, depth]) => open.repeat(depth));

const close = (text: string) =>
  [...text.matchAll(/[[{]/g)].reverse().reduce((all, [open]) => all + (open === '[' ? ']' : '}'), `${text}1`);

const withField = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.tuple(goodInput, key, value).map(([input, name, wild]) => JSON.stringify({ ...input, [name]: wild }));

/** Writes a member into the text of an object, whether there is one of that name. */
const withMember = (key: fc.Arbitrary<string>, text: fc.Arbitrary<string>) =>
  fc.tuple(goodInput, key, text).map(([input, name, literal]) => {
    const rest = JSON.stringify(input).slice(1);
    return `{${JSON.stringify(name)}:${literal}${rest === '}' ? '' : ','}${rest}`;
  });

const wildJson = fc.oneof(
  withField(field, wildValue),
  withField(field, wildValue),
  withField(fc.constantFrom('name', 'description', 'owner', 'contact'), wildText),
  withField(fc.constant('expiresAt'), wildDate),
  withField(field, hugeText),
  withField(wildKey, wildValue),
  withMember(field, wildLiteral),
  withMember(
    wildKey,
    wildValue.map((value) => JSON.stringify(value)),
  ),
  withMember(
    field,
    fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify(value)),
  ),
  withMember(field, nested.map(close)),
  fc.oneof(nested, nested.map(close)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.tuple(goodInput, fc.nat({ max: 200 })).map(([input, length]) => JSON.stringify(input).slice(0, length)),
  fc.tuple(goodInput, wildText).map(([input, text]) => JSON.stringify(input) + text),
  fc.constantFrom(
    'null',
    ' {} ',
    '\ufeff{}',
    '"',
    '[]',
    '{',
    '}',
    '{}{}',
    '0',
    'undefined',
    '{"name":"\\ud800"}',
  ),
);

/** Bytes that are not UTF-8, or not text at all. */
const wildBytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  goodInput.map((input) => Buffer.from(JSON.stringify(input), 'utf16le')),
  fc.tuple(goodInput, fc.nat({ max: 60 }), fc.integer({ min: 0x80, max: 0xff })).map(([input, at, byte]) => {
    const bytes = Buffer.from(JSON.stringify(input));
    bytes[Math.min(at, bytes.length - 1)] = byte;
    return bytes;
  }),
);

const part =
  (good: boolean) =>
  (value: Buffer | undefined): Part<Buffer | undefined> => ({ value, good });

/** Generates bodies that are hardly an input of any call. */
export const wildBody = fc.oneof(
  { weight: 6, arbitrary: wildJson.map((text) => part(false)(Buffer.from(text))) },
  { weight: 1, arbitrary: wildBytes.map(part(false)) },
);

export const restBody = fc.oneof(
  { weight: 8, arbitrary: goodInput.map((input) => part(true)(Buffer.from(JSON.stringify(input)))) },
  { weight: 2, arbitrary: fc.constant(part(true)(undefined)) },
  { weight: 7, arbitrary: wildBody },
);
