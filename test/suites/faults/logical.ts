import { randomUUID } from 'node:crypto';
import { createPath } from '../../harness/gateway.js';

/** The facts about a new account in an answer. */
export interface Acknowledged {
  id: string;
  secret: string;
  replayed: boolean;
}

/** A request for one account, which may take many attempts. */
export interface Logical {
  /** The name or the description of the account, by which two accounts for one request are found. */
  marker: string;
  transport: 'rest' | 'graphql';
  path: string;
  headers: Record<string, string>;
  body: string;
  attempts: number;
  /** The whole answers of success. There has to be at least one, and all of them have to be alike. */
  answers: Acknowledged[];
  /** The readable beginnings of answers that were cut. */
  glimpses: string[];
  /** The reason why the account was refused, which is right in a full tenant. */
  refusal?: string;
}

const argumentQuery = `mutation ($input: CreateServiceAccountInput, $key: String) {
  createServiceAccount(input: $input, idempotencyKey: $key) { serviceAccount { id } clientSecret } }`;
const headerQuery = `mutation ($input: CreateServiceAccountInput) {
  createServiceAccount(input: $input) { serviceAccount { id } clientSecret } }`;

/** Makes a request. Transports, places of the key, and accounts with and without a name take turns. */
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
