import { type RequestHandler, Router } from 'express';
import { createAssets } from '../../../platform/http/pages/assets.js';
import {
  ownFolder,
  pageHeaders,
  rememberPages,
  renderPage,
  wantsPage,
} from '../../../platform/http/pages/page.js';
import { type Credentials, isFromThisMachine } from '../../../platform/http/pages/this-machine.js';
import { panes } from './panes.js';
import { script } from './script.js';
import { style } from './style.js';
import { headersFor, tour } from './tour.js';

/**
 * Creates the router of GraphiQL. Its files come from npm packages, so the page works without internet access. The
 * router passes every request that does not ask for the page to the GraphQL API.
 * @param limit limits the requests of an address
 * @param credentials creates an access token and a tenant for the header editor, if the request comes from this machine
 */
export function createIdeRouter(limit: RequestHandler, credentials?: () => Promise<Credentials>): Router {
  const router = Router();
  const { version, serve } = createAssets(files, { 'ide.css': style, 'ide.js': script, 'panes.js': panes });
  router.use(`/ide/${version}`, limit, serve);
  const render = (folder: string, own?: Credentials) =>
    renderPage({
      title: 'GraphiQL · Service account gateway',
      name: 'GraphiQL',
      assets: `${folder}/ide/${version}`,
      styles: ['graphiql.min.css', 'ide.css'],
      scripts: [
        'react.production.min.js',
        'react-dom.production.min.js',
        'graphiql.min.js',
        'ide.js',
        'panes.js',
      ],
      settings: { headers: headersFor(own), tabs: tour({ hasToken: Boolean(own) }) },
    });
  const pageFor = rememberPages((folder) => render(folder));
  const onlyPages: RequestHandler = (request, response, next) => {
    response.vary('accept');
    const isPage = request.query.query === undefined && wantsPage(request, ...graphqlTypes);
    next(isPage ? undefined : 'route');
  };
  // With get(), Express would also respond to OPTIONS, and its allow header would omit POST.
  router.all('/', onlyPages, limit, async (request, response) => {
    const folder = ownFolder(request);
    const own = credentials && isFromThisMachine(request) ? await credentials() : undefined;
    const page = own ? render(folder, own) : pageFor(folder);
    response.set(pageHeaders).type('html').send(page);
  });
  return router;
}

/** The prebuilt files that the page loads. */
const files = [
  { name: 'react.production.min.js', package: 'react', folder: 'umd' },
  { name: 'react-dom.production.min.js', package: 'react-dom', folder: 'umd' },
  { name: 'graphiql.min.js', package: 'graphiql' },
  { name: 'graphiql.min.css', package: 'graphiql' },
];

/** The media types of the responses of the GraphQL API. */
const graphqlTypes = ['application/json', 'application/graphql-response+json'];
