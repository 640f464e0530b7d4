/**
 * The gateway's own paths. A proxy may serve the gateway below one of them, such as `/api`. Like Express, the pattern
 * ignores case.
 */
const ownPath = new RegExp(
  [
    '^/(api/v1|graphql/ide|docs/ui|home|oauth2|\\.well-known/[^/]+)/.',
    '^/(graphql|docs|openapi\\.json|development-token|healthz|readyz|metrics|favicon\\.ico)/?$',
  ].join('|'),
  'i',
);

/**
 * Returns the path below which a proxy serves the gateway, such as `/gateway`, or an empty text.
 * @param url of the gateway for its users
 */
export const basePathOf = (url: string): string => new URL(url).pathname.replace(/\/+$/, '');

/**
 * Removes the base path from the target of a request, so that the gateway has the same paths whether the proxy removes
 * the base path or not. The target may be a full URL (RFC 9112, section 3.2.2). If the gateway's own paths begin with
 * the base path, only a target that contains it in addition to such a path changes: below `/api`, `/api/api/v1/…`
 * becomes `/api/v1/…`, which itself remains.
 */
export function withoutBasePath(target: string, basePath: string): string {
  const [, origin = '', path = '', query = ''] =
    /^([a-z][a-z\d+.-]*:\/\/[^/?]*)?([^?]*)(.*)$/i.exec(target) ?? [];
  if (!basePath || !`${path}/`.startsWith(`${basePath}/`)) return target;
  const rest = path.slice(basePath.length);
  return ownPath.test(rest) || !ownPath.test(path) ? `${origin}${rest || '/'}${query}` : target;
}
