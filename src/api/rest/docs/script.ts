/**
 * The text of docs.js, which starts Swagger UI in the browser. The script is a string because `dist` contains only
 * files that tsc compiles, and the types of the DOM conflict with those of Node. Requests go to the host that served
 * the page and not to PUBLIC_URL, because the page must not reach any other host. The browser does not store tokens.
 */
export const script = `'use strict';

const settings = JSON.parse(document.getElementById('settings').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

const root = new URL(settings.root, location.href);

async function start() {
  const response = await fetch(new URL('openapi.json', root));
  if (!response.ok) throw new Error('openapi.json: HTTP ' + response.status);
  const spec = await response.json();
  spec.servers = [{ url: root.href.replace(/\\/$/, '') }];
  const tenant = spec.components.parameters['x-tenantid'];
  if (settings.tenant) tenant.example = settings.tenant;
  else delete tenant.example;
  const ui = SwaggerUIBundle({
    spec,
    dom_id: '#app',
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    defaultModelRendering: 'example',
    defaultModelsExpandDepth: 0,
    displayOperationId: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => {
      if (settings.token) ui.preauthorizeApiKey('bearer', settings.token);
    },
  });
}

start().catch((error) => {
  document.querySelector('.note').textContent = 'The API documentation could not be loaded: ' + error.message;
});
`;
