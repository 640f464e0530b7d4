/**
 * The text of ide.js, which starts GraphiQL in the browser. The script is a string because `dist` contains only files
 * that tsc compiles, and the types of the DOM conflict with those of Node.
 *
 * - In development mode, token.js provides an access token for the headers.
 * - Each operation dispatches the event `operation`, which panes.ts listens to.
 * - The script fetches the schema without headers, so the documentation is available before the user enters a token.
 * - The browser stores tabs and history, but no headers. `shouldPersistHeaders` does not cover the history, so the
 *   script stores history entries without headers. An entry gets the headers of the page when it is read.
 * - The browser also stores no client secrets and no tokens of workloads, which variables of reportLeakedSecret and
 *   testServiceAccountTrust contain.
 * - Headers without a value are not sent, because the gateway would reject an empty `realmname`.
 * - The namespace separates this storage from that of another GraphiQL on the same host, such as localhost:4000.
 */
export const script = `'use strict';

const settings = JSON.parse(document.getElementById('settings').textContent);

const fetchJson = GraphiQL.createFetcher({ url: location.pathname, enableIncrementalDelivery: false });
const send = GraphiQL.createFetcher({
  url: location.pathname,
  enableIncrementalDelivery: false,
  schemaFetcher: (params) => fetchJson(params),
});
const hasValue = ([, value]) => String(value ?? '').trim() !== '';
const fetcher = (params, options) => {
  if (params.operationName !== 'IntrospectionQuery') document.dispatchEvent(new Event('operation'));
  const headers = Object.fromEntries(Object.entries(options?.headers ?? {}).filter(hasValue));
  return send(params, { ...options, headers });
};

const local = GraphiQL.createLocalStorage({ namespace: 'service-account-gateway' });
const isHistory = (key) => key === 'graphiql:queries' || key === 'graphiql:favorites';
const withHeaders = (json, value) =>
  JSON.stringify(JSON.parse(json), (key, old) => (key === 'headers' ? value : old));
const credentials = /sa_secret_[0-9a-z]+|eyJ[A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+){2}/gi;
const withoutCredentials = (text) => text.replace(credentials, '[redacted]');
const storageWith = (headers) => ({
  getItem: (key) => {
    const value = local.getItem(key);
    return value && isHistory(key) ? withHeaders(value, headers) : value;
  },
  setItem: (key, value) => local.setItem(key, withoutCredentials(isHistory(key) ? withHeaders(value, null) : value)),
  removeItem: local.removeItem,
  clear: local.clear,
  get length() {
    return local.length;
  },
});

async function start() {
  const token = settings.exchange && (await ownToken(settings));
  const own = token ? { ...settings.headers, authorization: 'Bearer ' + token } : settings.headers;
  const headers = JSON.stringify(own, null, 2);
  return ReactDOM.createRoot(document.getElementById('app')).render(
    React.createElement(
      GraphiQL,
      {
        fetcher,
        storage: storageWith(headers),
        schemaDescription: true,
        shouldPersistHeaders: false,
        defaultHeaders: headers,
        defaultTabs: settings.tabs.map((query) => ({ query, headers })),
        defaultQuery: '',
        defaultEditorToolsVisibility: 'headers',
      },
      React.createElement(GraphiQL.Logo, null, 'Service account gateway'),
    ),
  );
}

start().catch((error) => {
  document.querySelector('.note').textContent = 'GraphiQL could not be started: ' + error.message;
});
`;
