import { Client, type ClientConfig } from 'pg';

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
  body: any;
}

/** A text that must not contain a secret. */
export interface Haystack {
  place: string;
  text: string;
  /** Whether a failure quotes the lines that contain secrets, with the secrets masked. */
  lines?: true;
}

/** The secrets that a test knows, by their kind. */
export type Secrets = Record<string, readonly Buffer[]>;

const shapes: [string, RegExp][] = [
  ['a client secret', /sa_secret_[0-9a-z]{38}/g],
  ['a token', /eyJ[\w-]+\.[\w-]+\.[\w-]+/g],
  // A private key may be PEM (RFC 7468) or a JWK (RFC 7518, section 6.2.2; RFC 8037, section 2).
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/g],
  ['a private key', /\\*"d\\*"\s*:\s*\\*"[\w-]{43}/g],
];

/** PKCS #8 (RFC 5958) begins with version 0 and the algorithm of P-256 (RFC 5480) or Ed25519 (RFC 8410). */
const derBeginnings: [string, string][] = [
  '020100301306072a8648ce3d0201',
  '020100300506032b657004220420',
].map((hex) => [Buffer.from(hex, 'hex').toString('latin1'), 'a private key']);

/** The least length of a secret: shorter texts would be found everywhere, and idempotency keys have 16 characters. */
const shortest = 16;

const sent = new Map<string, string>();
let answers: Haystack[] = [];

/** Remembers the credentials and idempotency keys of a request, which must not be found anywhere. */
export function noteRequest(headers: Iterable<[string, string]>, body: unknown): void {
  const fields = new Headers(
    [...headers].filter(([name]) => /^(authorization|idempotency-key)$/i.test(name)),
  );
  const token = fields.get('authorization')?.split(' ').at(-1) ?? '';
  const signature = token.split('.').at(-1) ?? '';
  note('a token', signature.length < shortest ? token : signature);
  for (const key of [fields.get('idempotency-key'), ...keysIn(body)]) note('an idempotency key', key);
  for (const part of tokensIn(body).flatMap((text) => text.split('.').slice(1))) note('a token', part);
}

/**
 * Returns the tokens with which clients authenticate, in forms, and the tokens of tests, in JSON. Their claims and their
 * signatures must not be found, even where the other parts are missing.
 */
const tokensIn = (body: unknown): string[] =>
  typeof body === 'string' ? (body.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []) : [];

function note(what: string, text: unknown): void {
  if (typeof text !== 'string' || text.length < shortest) return;
  for (const form of [text, JSON.stringify(text).slice(1, -1)]) sent.set(form, what);
}

/** Returns the idempotency keys of a GraphQL request, which stand in its query or in its variables. */
function keysIn(body: unknown): unknown[] {
  if (typeof body !== 'string' || !body.includes('idempotencyKey')) return [];
  const { query, variables } = parse(body);
  const written = String(query).matchAll(/idempotencyKey:\s*"([^"]*)"/g);
  const named = String(query).matchAll(/idempotencyKey:\s*\$(\w+)/g);
  return [...[...written].map(([, text]) => text), ...[...named].map(([, name = '']) => variables?.[name])];
}

function parse(body: string): { query?: string; variables?: Record<string, unknown> } {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

/** Remembers an answer with an error. A successful answer may contain the secret that the caller asked for. */
export function noteAnswer(path: string, { status, headers, body }: Answer): void {
  const failed = status >= 400 ? [...headers, body] : body?.errors;
  if (!failed) return;
  const place = `the answer ${status} of ${path.split('?', 1)[0]}`;
  answers.push({ place, text: JSON.stringify(failed), lines: true });
}

/** Reads every column of every table of a database as text. */
export async function columnsOf(database: ClientConfig): Promise<Haystack[]> {
  // A broken connection fails the running query; its event without a listener would end the process of the tests.
  const client = new Client({ ...database, query_timeout: 10_000, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ table: string; columns: string[]; places: string[] }>(
      `select oid::regclass::text as table,
         array_agg(format('string_agg(%I::text, e''\\n'')', attname) order by attnum) as columns,
         array_agg(relname || '.' || attname order by attnum) as places
       from pg_class join pg_attribute on attrelid = oid
       where relkind = 'r' and attnum > 0 and not attisdropped and relnamespace in
         (select oid from pg_namespace where nspname not in ('pg_catalog', 'information_schema'))
       group by oid, relname`,
    );
    const found: Haystack[] = [];
    for (const { table, columns, places } of tables) {
      const { rows } = await client.query<(string | null)[]>({
        text: `select ${columns} from ${table}`,
        rowMode: 'array',
      });
      found.push(...places.map((place, index) => ({ place, text: rows[0]?.[index] ?? '' })));
    }
    return found;
  } finally {
    await client.end();
  }
}

/**
 * Searches these texts, and the error answers so far, for client secrets, tokens, idempotency keys, private keys and
 * other known secrets.
 * @throws Error that tells where a secret was found, and never the secret
 */
export function assertNoLeaks(haystacks: Haystack[], secrets: Secrets): void {
  const needles = new Map([
    ...sent,
    ...derBeginnings,
    ...Object.entries(secrets).flatMap(([what, all]) => all.flatMap((bytes) => formsOf(what, bytes))),
  ]);
  const searched = [...haystacks, ...answers];
  answers = [];
  const found = searched.flatMap((haystack) => leaksIn(haystack, needles));
  if (found.length > 0) throw new Error(`Leaked:\n${found.join('\n')}`);
}

/** Returns bytes in each form that they may be written in. Base64 has no padding here, which is not always written. */
function formsOf(what: string, bytes: Buffer): [string, string][] {
  if (bytes.length < shortest) return [];
  const forms = [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
  return forms.map((form) => [form.replace(/=+$/, ''), what]);
}

type Needles = Map<string, string>;

function leaksIn({ place, text, lines }: Haystack, needles: Needles): string[] {
  const found = namesIn(text, needles);
  if (found.length === 0) return [];
  if (!lines) return [`${found.join(', ')} in ${place}`];
  return text.split('\n').flatMap((line, index) => {
    const names = namesIn(line, needles);
    return names.length > 0
      ? [`${names.join(', ')} in ${place}, line ${index + 1}: ${masked(line, needles)}`]
      : [];
  });
}

/** Names the secrets that a text contains, plainly or in hexadecimal or base64. */
function namesIn(text: string, needles: Needles): string[] {
  const all = [text, ...decoded(text)].join('\0');
  const names = shapes.filter(([, shape]) => all.search(shape) >= 0).map(([name]) => name);
  for (const [needle, name] of needles) if (all.includes(needle)) names.push(name);
  return [...new Set(names)];
}

const run = /[\w+/-]{16,}/g;

function decoded(text: string): string[] {
  return (text.match(run) ?? []).flatMap((encoded) => {
    const hex = /^x?((?:[0-9a-f]{2})+)$/i.exec(encoded)?.[1];
    return [Buffer.from(encoded, 'base64'), Buffer.from(hex ?? '', 'hex')].map((bytes) =>
      bytes.toString('latin1'),
    );
  });
}

function masked(line: string, needles: Needles): string {
  const plain = [...needles.keys()].reduce(
    (text, needle) => text.replaceAll(needle, '[masked]'),
    shapes.reduce((text, [, shape]) => text.replace(shape, '[masked]'), line),
  );
  return namesIn(plain, needles).length > 0 ? plain.replace(run, '[masked]') : plain;
}
