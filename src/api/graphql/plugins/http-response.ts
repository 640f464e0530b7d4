import type { GraphQLFormattedError } from 'graphql';
import { AppError } from '../../../platform/errors.js';
import type { BeforeResponse } from './hooks.js';

/** Forbids caches to store responses. Each response is for its caller alone, and some contain a secret. */
export const forbidStoring: BeforeResponse = ({ response }) => {
  response.http.headers.set('cache-control', 'no-store');
};

/**
 * Responds with 200 to a document that cannot run, if the client accepts application/json but not
 * application/graphql-response+json. Such a client reads the errors in the body, and assumes that any other status
 * comes from a proxy (GraphQL over HTTP, section 6.4.1). A document that exceeds a limit still gets 400, because the
 * gateway did not process it.
 */
export const tellLegacyClients: BeforeResponse = ({ request, response: { body, http } }) => {
  if (http.status !== 400 || body.kind !== 'single' || isOverLimit(body.singleResult.errors)) return;
  if (isLegacy(request.http?.headers.get('accept'))) http.status = 200;
};

const isLegacy = (accept = '') =>
  /\bapplication\/json\b/i.test(accept) && !/\bapplication\/graphql-response\+json\b/i.test(accept);

const isOverLimit = (errors: readonly GraphQLFormattedError[] = []) =>
  errors.some(({ extensions }) => Object.hasOwn(Object(extensions?.details), 'maximum'));

/**
 * Tells the client when to retry if part of a response is temporarily unavailable. If nothing is available, it
 * removes `data`. The response is then a request error with its own HTTP status (GraphQL over HTTP, section 6.4.2), so
 * proxies and clients that do not know GraphQL see the 503 too.
 */
export const tellUnavailable: BeforeResponse = ({ response: { body, http } }) => {
  if (body.kind !== 'single') return;
  const { errors = [], data } = body.singleResult;
  const unavailable = errors.filter(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE');
  if (unavailable.length === 0) return;
  const { status, headers } = new AppError('SERVICE_UNAVAILABLE');
  for (const [name, value] of Object.entries(headers)) http.headers.set(name, value);
  const nothing = Object.values(data ?? {}).every((value) => value === null);
  if (unavailable.length < errors.length || !nothing) return;
  http.status = status;
  delete body.singleResult.data;
};
