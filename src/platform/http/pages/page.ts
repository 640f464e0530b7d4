import { posix } from 'node:path';
import type { Request } from 'express';

export interface Page {
  title: string;
  /** The name of the application in the page, such as GraphiQL. */
  name: string;
  /** The folder of the styles and scripts, as seen from the page. */
  assets: string;
  /** File names, in the order in which they load. */
  styles: readonly string[];
  /** File names, in the order in which they run. */
  scripts: readonly string[];
  /** Data for the page's script. */
  settings: object;
}

/**
 * Allows nothing from another host and no inline scripts. Inline styles are needed, since GraphiQL's dialogs insert a
 * style element and Swagger UI has style attributes. Icons and fonts are data: URLs.
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

/** The headers of a page, in addition to those of every answer. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': contentSecurityPolicy,
};

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#6a5acd"/><circle cx="12" cy="16" r="5" fill="none" stroke="#fff" stroke-width="3"/><path d="M17 16h10m-4 0v5" fill="none" stroke="#fff" stroke-width="3"/></svg>`;

/** Renders a page. Its settings are data and not a script, since an inline script would need a laxer policy. */
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

/** Writes JSON in which nothing can end the surrounding script element. */
const toInlineJson = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * Returns the folder of a page as seen from its URL. It is relative, since a proxy may serve the gateway below a path
 * of its own.
 */
export function ownFolder({ baseUrl, originalUrl }: Request): string {
  const isFolder = originalUrl.split('?', 1)[0]?.endsWith('/');
  return isFolder ? '.' : posix.basename(baseUrl);
}
