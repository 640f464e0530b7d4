import { randomUUID } from 'node:crypto';
import type { Somebody } from '../../../harness/admin.js';
import type { Answer } from '../../../harness/gateway.js';

interface Trust {
  id: string;
  issuerName: string;
  issuer: string;
  subject: string;
  audience: string;
  claims: { name: string; value: string }[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** The outcome of a request about a trust. */
interface Told {
  code: string;
  message?: string;
  details?: Record<string, unknown>;
  trust?: Trust;
  answer: Answer;
}

interface TrustCalls {
  add(id: string, input: object, more?: Record<string, string>): Promise<Told>;
  remove(id: string, trustId: string): Promise<Told>;
  /** Reads the trusts of an account. */
  trustsOf(id: string): Promise<Trust[]>;
  /** Tests a token. @returns the result, or the error */
  // biome-ignore lint/suspicious/noExplicitAny: a result or an error
  test(id: string, token: string): Promise<any>;
}

const fields = 'id issuerName issuer subject audience claims { name value } createdAt expiresAt lastUsedAt';
const testFields = `accepted reason message expected actual trust { ${fields} }`;

function toldBy(answer: Answer, field: string): Told {
  const [error] = answer.body.errors ?? [];
  if (!error) return { code: 'OK', trust: answer.body.data[field].trust, answer };
  return { code: error.extensions.code, message: error.message, details: error.extensions.details, answer };
}

const overGraphql = ({ graphql, run }: Somebody): TrustCalls => ({
  add: async (id, input, more) =>
    toldBy(
      await graphql(
        `mutation ($input: AddServiceAccountTrustInput!) {
          addServiceAccountTrust(input: $input) { serviceAccount { id } trust { ${fields} } } }`,
        { input: { id, issuer: 'ci', ...input } },
        more,
      ),
      'addServiceAccountTrust',
    ),
  remove: async (id, trustId) =>
    toldBy(
      await graphql(
        `mutation ($input: RemoveServiceAccountTrustInput!) {
          removeServiceAccountTrust(input: $input) { serviceAccount { id } trust { ${fields} } } }`,
        { input: { id, trustId } },
      ),
      'removeServiceAccountTrust',
    ),
  trustsOf: async (id) =>
    (await run(`query ($id: ID!) { serviceAccount(id: $id) { trusts { ${fields} } } }`, { id }))
      .serviceAccount.trusts,
  test: async (id, token) => {
    const { body } = await graphql(
      `query ($input: TestServiceAccountTrustInput!) { testServiceAccountTrust(input: $input) { ${testFields} } }`,
      { input: { id, token } },
    );
    return body.data?.testServiceAccountTrust ?? body.errors[0];
  },
});

const toldOver = (answer: Answer, trust: (data: never) => Trust): Told => {
  const { success, code, message, details, data } = answer.body;
  return success ? { code: 'OK', trust: trust(data as never), answer } : { code, message, details, answer };
};

const overRest = ({ rest }: Somebody): TrustCalls => ({
  add: async (id, input, more) =>
    toldOver(
      await rest('POST', `/${id}/trust`, { issuer: 'ci', ...input }, more),
      ({ trust }: { trust: Trust }) => trust,
    ),
  remove: async (id, trustId) =>
    toldOver(await rest('DELETE', `/${id}/trust/${trustId}`), (trust: Trust) => trust),
  trustsOf: async (id) => (await rest('GET', `/${id}/trust`)).body.data,
  test: async (id, token) => {
    const { body } = await rest('POST', `/${id}/trust/test`, { token });
    return body.data ?? body;
  },
});

/** The requests about the trusts of one account, by transport. */
export const trustCalls = { GraphQL: overGraphql, REST: overRest };
export const trustTransports = ['GraphQL', 'REST'] as const;

/** Makes the input of a trust that no account has. */
export const newTrust = (more: object = {}) => ({ subject: `workload ${randomUUID()}`, ...more });
