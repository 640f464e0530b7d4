export interface PageSettings {
  /** What the header editor starts with. */
  headers: Record<string, string>;
  /** The operations that a first visit finds, a tab for each. */
  tabs: string[];
}

/**
 * Nothing from another host, no inline script. Inline styles are needed: GraphiQL's dialogs insert a style
 * element. Icons and fonts are data: URLs.
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

/** The page. Its settings are data for ide.js: a script in the page itself would need a laxer policy. */
export const renderPage = (assets: string, settings: PageSettings): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>GraphiQL · Service account gateway</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
    <link rel="stylesheet" href="${assets}/graphiql.min.css">
    <link rel="stylesheet" href="${assets}/ide.css">
  </head>
  <body>
    <div id="ide"><p class="note">Loading GraphiQL …</p></div>
    <noscript><p class="note">GraphiQL needs JavaScript.</p></noscript>
    <script type="application/json" id="settings">${toInlineJson(settings)}</script>
    <script src="${assets}/react.production.min.js"></script>
    <script src="${assets}/react-dom.production.min.js"></script>
    <script src="${assets}/graphiql.min.js"></script>
    <script src="${assets}/ide.js"></script>
  </body>
</html>
`;

/** JSON in which nothing can end the script element that it stands in. */
const toInlineJson = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
