import { posix } from 'node:path';
import type { Request } from 'express';

export interface Page {
  title: string;
  /** The application in it, such as GraphiQL. */
  name: string;
  /** Where its styles and scripts are, in the order in which they load. */
  assets: string;
  styles: readonly string[];
  scripts: readonly string[];
  /** What its script is told. */
  settings: object;
}

/**
 * Nothing from another host, no inline script. Inline styles are needed: GraphiQL's dialogs insert a style
 * element, Swagger UI has style attributes. Icons and fonts are data: URLs.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Beside what every answer has. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': contentSecurityPolicy,
};

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#6a5acd"/><circle cx="12" cy="16" r="5" fill="none" stroke="#fff" stroke-width="3"/><path d="M17 16h10m-4 0v5" fill="none" stroke="#fff" stroke-width="3"/></svg>`;

/** The page. Its settings are data for its script: one in the page itself would need a laxer policy. */
export const renderPage = ({
  title,
  name,
  assets,
  styles,
  scripts,
  settings,
}: Page): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
${styles.map((file) => `    <link rel="stylesheet" href="${assets}/${file}">`).join('\n')}
  </head>
  <body>
    <div id="app"><p class="note">Loading ${name} …</p></div>
    <noscript><p class="note">${name} needs JavaScript.</p></noscript>
    <script type="application/json" id="settings">${toInlineJson(settings)}</script>
${scripts.map((file) => `    <script src="${assets}/${file}"></script>`).join('\n')}
  </body>
</html>
`;

/** JSON in which nothing can end the script element that it stands in. */
const toInlineJson = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Where a page's own folder is, seen from its URL. Relative: a proxy may serve the gateway under a path of its own. */
export function ownFolder({ baseUrl, originalUrl }: Request): string {
  const isFolder = originalUrl.split('?', 1)[0]?.endsWith('/');
  return isFolder ? '.' : posix.basename(baseUrl);
}
