import { randomUUID } from 'node:crypto';
import { createPath } from '../../harness/gateway.js';

/** All that a client was told of the account that it asked for. */
export interface Acknowledged {
  id: string;
  secret: string;
  replayed: boolean;
}

/** One account that somebody wants, however many attempts that takes. */
export interface Logical {
  /** Stands in the database, as the account's name or as its description, so that doubles are found. */
  marker: string;
  transport: 'rest' | 'graphql';
  path: string;
  headers: Record<string, string>;
  body: string;
  attempts: number;
  /** Every whole answer that told of success. There has to be one, and all of them have to be alike. */
  answers: Acknowledged[];
  /** The readable beginnings of answers that were cut. */
  glimpses: string[];
  /** Why there is none: not a fault if it is what had to be. */
  refusal?: string;
}

const argumentQuery = `mutation ($input: CreateServiceAccountInput, $key: String) {
  createServiceAccount(input: $input, idempotencyKey: $key) { serviceAccount { id } clientSecret } }`;
const headerQuery = `mutation ($input: CreateServiceAccountInput) {
  createServiceAccount(input: $input) { serviceAccount { id } clientSecret } }`;

/** The transports and ways to give a key take turns; so do accounts with a name of their own and without. */
export function createLogical(number: number): Logical {
  const key = randomUUID();
  const marker = `logical-${number}`;
  const input = number % 8 < 4 ? { name: marker } : { description: marker };
  const common = { marker, attempts: 0, answers: [], glimpses: [] };
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  if (number % 2 === 0) {
    return { ...common, transport: 'rest', path: createPath, headers, body: JSON.stringify(input) };
  }
  const byArgument = number % 4 === 1;
  return {
    ...common,
    transport: 'graphql',
    path: '/graphql',
    headers: byArgument ? { 'content-type': 'application/json' } : headers,
    body: JSON.stringify(
      byArgument
        ? { query: argumentQuery, variables: { input, key } }
        : { query: headerQuery, variables: { input } },
    ),
  };
}
