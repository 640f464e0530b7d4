import { posix } from 'node:path';
import type { Request } from 'express';
import { icon } from './icon.js';

export interface Page {
  title: string;
  /** The name of the application on the page, such as GraphiQL. */
  name: string;
  /** The URL of the folder with the styles and scripts, relative to the page. */
  assets: string;
  /** File names, in loading order. */
  styles: readonly string[];
  /** File names, in the order in which they run. */
  scripts: readonly string[];
  /** Data for the page's script. */
  settings: object;
}

/**
 * Allows nothing from other hosts, and no inline scripts. Inline styles are allowed, because GraphiQL's dialogs insert
 * a style element and Swagger UI uses style attributes. Icons and fonts are data: URLs.
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

/** The headers of a page, in addition to the headers of every response. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': contentSecurityPolicy,
};

/**
 * Renders a page. The settings are data instead of a script, because an inline script would need a less strict policy.
 */
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

/** Returns JSON that cannot end the surrounding script element. */
const toInlineJson = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * Returns the URL of a page's own folder, relative to the page. It is relative because a proxy may serve the gateway
 * below another path.
 */
export function ownFolder({ baseUrl, originalUrl }: Request): string {
  const isFolder = originalUrl.split('?', 1)[0]?.endsWith('/');
  return isFolder ? '.' : posix.basename(baseUrl);
}
