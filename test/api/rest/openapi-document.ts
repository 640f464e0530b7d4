import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answer, Gateway } from '../../harness/gateway.js';

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at every depth
export type Json = any;

/** An operation of the document with its path. */
export interface Described {
  name: string;
  method: string;
  path: string;
  operation: Json;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Returns every operation of the document. */
export const operationsOf = ({ paths }: Json): Described[] =>
  Object.entries<Json>(paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method])
      .map((method) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        operation: item[method],
      })),
  );

/** Follows a reference, and returns any other value as it is. */
export function resolve(document: Json, value: Json): Json {
  if (typeof value?.$ref !== 'string') return value;
  const steps = value.$ref.slice(2).split('/');
  return steps.reduce((inner: Json, step: string) => inner[step.replaceAll('~1', '/')], document);
}

export const fetchDocument = async ({ request }: Pick<Gateway, 'request'>): Promise<Json> =>
  (await request('/openapi.json')).body;

/** Validates answers by the document, where an object may have no field that is not described. */
export class Validator {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(private readonly document: Json) {
    formats.default(this.ajv);
    this.ajv.addSchema(closed(document), 'document');
  }

  /** Returns the faults of a value by a schema. */
  faults(schema: Json, value: unknown): string[] {
    const validate = this.ajv.compile(refersTo(closed(schema)));
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }

  /** Returns the undocumented parts of an answer: its status, its headers or its body. */
  faultsOf({ operation }: Described, { status, headers, body }: Answer): string[] {
    const response = resolve(this.document, operation.responses[status]);
    if (!response) return [`the status ${status} is not documented`];
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const media = response.content[type];
    if (!media) return [`${type} is not documented`];
    const undocumented = telling.filter((name) => headers.has(name) && !response.headers[name]);
    return [
      ...undocumented.map((name) => `the header ${name} is not documented`),
      ...this.faults(media.schema, isText(media) && typeof body !== 'string' ? JSON.stringify(body) : body),
      ...(status === 200 || media.examples[body.code] ? [] : [`${body.code} is not documented`]),
    ];
  }
}

/** Tells whether a media type is text. The harness parses text of a single line of JSON, which has to be undone. */
const isText = ({ schema }: Json) => schema.type === 'string';

/** The headers that only some answers have. */
const telling = [
  'cache-control',
  'idempotency-replayed',
  'link',
  'ratelimit',
  'retry-after',
  'www-authenticate',
];

const closed = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema.type === 'object' && schema.properties ? { additionalProperties: false, ...inner } : inner;
};

/** Makes the references in a part of the document point into the whole document. */
const refersTo = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"document#'));
