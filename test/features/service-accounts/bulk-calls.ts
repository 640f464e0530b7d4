import type { Somebody } from '../../harness/admin.js';

type Input = Record<string, unknown>;

interface Result {
  id: string;
  serviceAccount: { id: string; status: string; version: number } | null;
  error: { code: string; message: string; field: string | null } | null;
  clientSecret?: string | null;
  secret?: { id: string; hint: string } | null;
}

/** The answer to a bulk request: a result for each account, or the reason why the whole call was refused. */
interface BulkAnswer {
  results: Result[];
  error: { code: string; message: string; details?: Input } | undefined;
  headers: Headers;
}

const account = 'serviceAccount { id status version permissions }';
const secret = 'secret { id hint expiresAt } clientSecret';

const call = (field: string, path: string, single: [method: string, path: string], more = '') => ({
  field,
  path,
  more,
  /** Sends the call that does the same to one account. */
  single: (who: Somebody, id: string, input: Input) => who.rest(single[0], `/${id}${single[1]}`, input),
});

/** Each bulk operation, with the operation that does the same to one account. */
export const bulkCalls = {
  disable: call('disableServiceAccounts', 'disable', ['POST', '/disable']),
  enable: call('enableServiceAccounts', 'enable', ['POST', '/enable']),
  delete: call('deleteServiceAccounts', 'delete', ['DELETE', '']),
  setPermissions: call('setServiceAccountsPermissions', 'permissions', ['PUT', '/permissions']),
  rotate: call('rotateServiceAccountSecrets', 'rotate-secret', ['POST', '/rotate-secret'], secret),
};

type Ask = (
  gatewayOf: Somebody,
  name: keyof typeof bulkCalls,
  input: Input,
  more?: Record<string, string>,
) => Promise<BulkAnswer>;

const overGraphql: Ask = async (who, name, input, more) => {
  const { field, more: selection } = bulkCalls[name];
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) {
    ${field}(input: $input) { results { id ${account} ${selection} error { code message field } } } }`;
  const { body, headers } = await who.graphql(query, { input }, more);
  const [error] = body.errors ?? [];
  const results = (body.data?.[field]?.results ?? []).map((result: Result) => ({
    ...result,
    serviceAccount: result.serviceAccount && {
      ...result.serviceAccount,
      status: result.serviceAccount.status.toLowerCase(),
    },
  }));
  return { results, error: error && { message: error.message, ...error.extensions }, headers };
};

const overRest: Ask = async (who, name, input, more) => {
  const { body, headers } = await who.rest('POST', `/bulk/${bulkCalls[name].path}`, input, more);
  return { results: body.data ?? [], error: body.success ? undefined : body, headers };
};

/** Sends a bulk request over each transport. */
export const bulkOf = { GraphQL: overGraphql, REST: overRest };
