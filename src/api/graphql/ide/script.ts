/**
 * The text of ide.js, which starts GraphiQL in the browser. It is a string, because only files that tsc compiles are in
 * `dist`, and the DOM's types conflict with Node's.
 *
 * - The schema is fetched without headers, so that the documentation is available before a token is filled in.
 * - Tabs and history are kept in the browser's storage, but headers are not. `shouldPersistHeaders` does not cover the
 *   history: its entries are stored without headers, and get the headers of the page when they are read.
 * - The namespace separates the storage from that of another GraphiQL on the same host, such as localhost:4000.
 */
export const script = `'use strict';

const settings = JSON.parse(document.getElementById('settings').textContent);
const headers = JSON.stringify(settings.headers, null, 2);

const fetchJson = GraphiQL.createFetcher({ url: location.pathname, enableIncrementalDelivery: false });
const fetcher = GraphiQL.createFetcher({
  url: location.pathname,
  enableIncrementalDelivery: false,
  schemaFetcher: (params) => fetchJson(params),
});

const local = GraphiQL.createLocalStorage({ namespace: 'service-account-gateway' });
const isHistory = (key) => key === 'graphiql:queries' || key === 'graphiql:favorites';
const withHeaders = (json, value) =>
  JSON.stringify(JSON.parse(json), (key, old) => (key === 'headers' ? value : old));
const storage = {
  getItem: (key) => {
    const value = local.getItem(key);
    return value && isHistory(key) ? withHeaders(value, headers) : value;
  },
  setItem: (key, value) => local.setItem(key, isHistory(key) ? withHeaders(value, null) : value),
  removeItem: local.removeItem,
  clear: local.clear,
  get length() {
    return local.length;
  },
};

ReactDOM.createRoot(document.getElementById('app')).render(
  React.createElement(
    GraphiQL,
    {
      fetcher,
      storage,
      shouldPersistHeaders: false,
      defaultHeaders: headers,
      defaultTabs: settings.tabs.map((query) => ({ query, headers })),
      defaultQuery: '',
      defaultEditorToolsVisibility: 'headers',
    },
    React.createElement(GraphiQL.Logo, null, 'Service account gateway'),
  ),
);
`;
