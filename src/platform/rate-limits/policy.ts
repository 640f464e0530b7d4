import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Count, windowSeconds } from './count.js';

/**
 * Counts a request and adds the rest of the limit to the response headers.
 * @param identity who sends the request
 * @param points how many requests this counts as; 1 by default
 * @returns whole seconds until the window ends if the request exceeds the limit, otherwise undefined
 */
export type Policy = (
  response: ServerResponse,
  identity: string[],
  points?: number,
) => Promise<number | undefined>;

/**
 * Creates a policy. Its headers follow draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4, with one list item
 * for each policy.
 * @param limit the number of requests in a window; 0 means no limit
 */
export function createPolicy(name: string, limit: number, count: Count): Policy {
  return async (response, identity, points) => {
    if (limit === 0) return undefined;
    const { exceeded, remaining, reset } = await count(keyOf(identity), points);
    setInList(response, 'ratelimit-policy', name, `q=${limit};w=${windowSeconds}`);
    setInList(response, 'ratelimit', name, `r=${remaining};t=${reset}`);
    return exceeded ? reset : undefined;
  };
}

/**
 * Adds an item to a list header, or replaces the item of the same policy if the request was already counted. The list
 * is in one line (RFC 9651, section 3.1), because many clients read only the first line.
 */
function setInList(response: ServerResponse, header: string, name: string, parameters: string): void {
  const items = response.getHeader(header)?.toString().split(', ') ?? [];
  const others = items.filter((item) => !item.startsWith(`"${name}";`));
  response.setHeader(header, [...others, `"${name}";${parameters}`].join(', '));
}

/** Removes the items of policies from the response headers, as if they had not counted the request. */
export function hidePolicies(response: ServerResponse, names: readonly string[]): void {
  for (const header of ['ratelimit-policy', 'ratelimit']) {
    const items = response.getHeader(header)?.toString().split(', ') ?? [];
    const others = items.filter((item) => !names.some((name) => item.startsWith(`"${name}";`)));
    if (others.length > 0) response.setHeader(header, others.join(', '));
    else response.removeHeader(header);
  }
}

/** Hashes an identity. This keeps keys short whatever the subject of a token is, and avoids storing names. */
export const keyOf = (identity: string[]): string => hash('sha256', JSON.stringify(identity), 'base64url');
