import { type RequestHandler, Router } from 'express';
import { createAssets } from '../../../platform/http/pages/assets.js';
import {
  ownFolder,
  pageHeaders,
  rememberPages,
  renderPage,
  wantsPage,
} from '../../../platform/http/pages/page.js';
import { tokenParts, tokenTexts } from '../../development-token/page-parts.js';
import { panes } from './panes.js';
import { script } from './script.js';
import { style } from './style.js';
import { headersFor, tour } from './tour.js';

/**
 * Creates the router of GraphiQL. Its files come from npm packages, so the page works without internet access. The
 * router passes every request that does not ask for the page to the GraphQL API.
 * @param limit limits the requests of an address
 * @param developmentTenant the ID of the tenant of development mode, in which the page gets an access token
 */
export function createIdeRouter(limit: RequestHandler, developmentTenant?: string): Router {
  const router = Router();
  const texts = { 'ide.css': style, 'ide.js': script, 'panes.js': panes, ...tokenTexts };
  const { version, serve } = createAssets(files, texts);
  const token = tokenParts(developmentTenant);
  router.use(`/ide/${version}`, limit, serve);
  const pageFor = rememberPages((folder) =>
    renderPage({
      title: 'GraphiQL · Service account gateway',
      name: 'GraphiQL',
      assets: `${folder}/ide/${version}`,
      styles: ['graphiql.min.css', 'ide.css', ...token.styles],
      scripts: [
        'react.production.min.js',
        'react-dom.production.min.js',
        'graphiql.min.js',
        ...token.scripts,
        'ide.js',
        'panes.js',
      ],
      settings: {
        headers: headersFor(developmentTenant),
        tabs: tour(developmentTenant !== undefined),
        ...token.settings(folder),
      },
    }),
  );
  const onlyPages: RequestHandler = (request, response, next) => {
    response.vary('accept');
    const isPage = wantsPage(request, ...graphqlTypes) && request.query.query === undefined;
    next(isPage ? undefined : 'route');
  };
  // With get(), Express would also respond to OPTIONS, and its allow header would omit POST.
  router.all('/', onlyPages, limit, (request, response) => {
    response
      .set(pageHeaders)
      .type('html')
      .send(pageFor(ownFolder(request)));
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
