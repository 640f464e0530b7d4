import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { Somebody } from '../../../harness/admin.js';
import type { Answer } from '../../../harness/gateway.js';

interface Key {
  id: string;
  kid: string;
  thumbprint: string;
  algorithms: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** Generates a key pair. @returns its public JWK, with these members besides */
export const newJwk = (more: JsonWebKey = {}): JsonWebKey => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  ...more,
});

/** Generates a key pair. @returns its public key as an input */
export const newPublicKey = (more?: JsonWebKey): string => JSON.stringify(newJwk(more));

/** The outcome of a request about keys, in a form that both transports have in common. */
interface Told {
  code: string;
  message?: string;
  details?: Record<string, unknown>;
  key?: Key;
  answer: Answer;
}

interface KeyCalls {
  add(id: string, input: object, more?: Record<string, string>): Promise<Told>;
  remove(id: string, keyId: string): Promise<Told>;
  /** Reads the keys of an account. */
  keysOf(id: string): Promise<Key[]>;
}

const fields = 'id kid thumbprint algorithms createdAt expiresAt lastUsedAt';

function toldBy(answer: Answer, field: string): Told {
  const [error] = answer.body.errors ?? [];
  if (!error) return { code: 'OK', key: answer.body.data[field].key, answer };
  return { code: error.extensions.code, message: error.message, details: error.extensions.details, answer };
}

const overGraphql = ({ graphql, run }: Somebody): KeyCalls => ({
  add: async (id, input, more) =>
    toldBy(
      await graphql(
        `mutation ($input: AddServiceAccountKeyInput!) {
          addServiceAccountKey(input: $input) { serviceAccount { id } key { ${fields} } } }`,
        { input: { id, ...input } },
        more,
      ),
      'addServiceAccountKey',
    ),
  remove: async (id, keyId) =>
    toldBy(
      await graphql(
        `mutation ($input: RemoveServiceAccountKeyInput!) {
          removeServiceAccountKey(input: $input) { serviceAccount { id } key { ${fields} } } }`,
        { input: { id, keyId } },
      ),
      'removeServiceAccountKey',
    ),
  keysOf: async (id) =>
    (await run(`query ($id: ID!) { serviceAccount(id: $id) { keys { ${fields} } } }`, { id })).serviceAccount
      .keys,
});

const toldOver = (answer: Answer, key: (data: never) => Key): Told => {
  const { success, code, message, details, data } = answer.body;
  return success ? { code: 'OK', key: key(data as never), answer } : { code, message, details, answer };
};

const overRest = ({ rest }: Somebody): KeyCalls => ({
  add: async (id, input, more) =>
    toldOver(await rest('POST', `/${id}/key`, input, more), ({ key }: { key: Key }) => key),
  remove: async (id, keyId) => toldOver(await rest('DELETE', `/${id}/key/${keyId}`), (key: Key) => key),
  keysOf: async (id) => (await rest('GET', `/${id}/key`)).body.data,
});

/** The requests about the keys of one account, by transport. */
export const keyCalls = { GraphQL: overGraphql, REST: overRest };
export const keyTransports = ['GraphQL', 'REST'] as const;
