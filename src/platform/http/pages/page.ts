import { posix } from 'node:path';
import type { Request } from 'express';
import { icon } from './icon.js';

/** What every page has. */
interface Document {
  title: string;
  /** The URL of the folder with the styles and scripts, relative to the page. */
  assets: string;
  /** File names, in loading order. */
  styles: readonly string[];
}

/** A page that a script fills. */
interface Page extends Document {
  /** The name of the application on the page, such as GraphiQL. */
  name: string;
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

/** Renders a page around its content. @param body HTML */
export const renderDocument = ({ title, assets, styles }: Document, body: string): string => `<!doctype html>
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
${body}
  </body>
</html>
`;

/**
 * Renders a page that a script fills. The settings are data instead of a script, because an inline script would need a
 * less strict policy.
 */
export const renderPage = ({ name, scripts, settings, ...document }: Page): string =>
  renderDocument(
    document,
    `    <div id="app"><p class="note">Loading ${name} …</p></div>
    <noscript><p class="note">${name} needs JavaScript.</p></noscript>
    <script type="application/json" id="settings">${toInlineJson(settings)}</script>
${scripts.map((file) => `    <script src="${document.assets}/${file}"></script>`).join('\n')}`,
  );

/**
 * Creates a function that renders each variant of a page only once, because anyone can request it.
 * @param render receives the URL of the page's own folder, which has few values
 */
export function rememberPages(render: (folder: string) => string): (folder: string) => string {
  const pages = new Map<string, string>();
  return (folder) => {
    const page = pages.get(folder) ?? render(folder);
    pages.set(folder, page);
    return page;
  };
}

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

/** Returns the URL of the gateway, relative to a page directly below it. @param folder the page's own folder */
export const rootOf = (folder: string): string => (folder === '.' ? '..' : '.');

/**
 * Returns whether a request asks for a page, as a browser does, and not for data. Clients without a preference, such as
 * curl, get data.
 * @param data the media types of the other response
 */
export const wantsPage = (request: Request, ...data: string[]): boolean =>
  ['GET', 'HEAD'].includes(request.method) && request.accepts(...data, 'text/html') === 'text/html';
