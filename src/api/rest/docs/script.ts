/**
 * The text of docs.js, which starts Swagger UI in the browser. The script is a string because `dist` contains only
 * files that tsc compiles, and the types of the DOM conflict with those of Node. Requests go to the host that served
 * the page and not to PUBLIC_URL, because the page must not reach any other host. In development mode, token.js
 * provides an access token. The page itself stores none.
 *
 * The document lists the headers for the tenant and the realm as parameters of each operation, because code generators
 * expect them there. The page removes these parameters from its copy and has one field for each, beside the button
 * "Authorize". All requests send the fields that have a value.
 */
export const script = `'use strict';

const settings = JSON.parse(document.getElementById('settings').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

const root = new URL(settings.root, location.href);

const names = { 'x-tenantid': 'Tenant', realmname: 'Realm' };
const entered = { 'x-tenantid': settings.tenant ?? '', realmname: '' };

function removeParameters(spec) {
  const isEntered = ({ $ref }) => Object.keys(entered).some((name) => $ref === '#/components/parameters/' + name);
  for (const path of Object.values(spec.paths))
    for (const operation of Object.values(path))
      operation.parameters = operation.parameters.filter((parameter) => !isEntered(parameter));
}

function prepare(request) {
  const { Authorization } = request.headers;
  // Many people copy the token with the word that Swagger UI adds.
  if (Authorization)
    request.headers.Authorization = 'Bearer ' + Authorization.replace(/^(Bearer\\s+)+/i, '').trim();
  for (const [name, value] of Object.entries(entered))
    if (value.trim()) request.headers[name] = value.trim();
  return request;
}

const withFields = (spec) => () => ({
  wrapComponents: {
    authorizeBtn: (Original, { React }) => (props) => {
      const field = (name) =>
        React.createElement(
          'label',
          { key: name, title: spec.components.parameters[name].description },
          names[name] + ' (' + name + ')',
          React.createElement('input', {
            type: 'text',
            name,
            defaultValue: entered[name],
            autoCapitalize: 'none',
            spellCheck: false,
            onInput: ({ target }) => {
              entered[name] = target.value;
            },
          }),
        );
      const fields = React.createElement('div', { className: 'headers' }, Object.keys(entered).map(field));
      return React.createElement(React.Fragment, null, fields, React.createElement(Original, props));
    },
  },
});

async function start() {
  const token = settings.exchange && (await ownToken(settings));
  const response = await fetch(new URL('openapi.json', root));
  if (!response.ok) throw new Error('openapi.json: HTTP ' + response.status);
  const spec = await response.json();
  spec.servers = [{ url: root.href.replace(/\\/$/, '') }];
  removeParameters(spec);
  const ui = SwaggerUIBundle({
    spec,
    dom_id: '#app',
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [withFields(spec)],
    requestInterceptor: prepare,
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
      if (token) ui.preauthorizeApiKey('bearer', token);
    },
  });
}

start().catch((error) => {
  document.querySelector('.note').textContent = 'The API documentation could not be loaded: ' + error.message;
});
`;
