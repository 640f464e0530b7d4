import { type RequestHandler, Router } from 'express';
import { createAssets } from '../../../platform/http/pages/assets.js';
import {
  ownFolder,
  pageHeaders,
  rememberPages,
  renderPage,
  rootOf,
} from '../../../platform/http/pages/page.js';
import { tokenParts, tokenTexts } from '../../development-token/page-parts.js';
import { script } from './script.js';
import { style } from './style.js';

/**
 * Serves the documentation of the REST API with Swagger UI. Its files come from an npm package, so the page works
 * without internet access.
 * @param limit limits the requests of an address
 * @param developmentTenant the ID of the tenant of development mode, in which the page gets an access token
 */
export function createDocsRouter(limit: RequestHandler, developmentTenant?: string): Router {
  const router = Router();
  const { version, serve } = createAssets(files, { 'docs.css': style, 'docs.js': script, ...tokenTexts });
  const token = tokenParts(developmentTenant);
  router.use(`/ui/${version}`, limit, serve);
  const pageFor = rememberPages((folder) =>
    renderPage({
      title: 'REST API · Service account gateway',
      name: 'Swagger UI',
      assets: `${folder}/ui/${version}`,
      styles: ['swagger-ui.css', 'docs.css', ...token.styles],
      scripts: ['swagger-ui-bundle.js', ...token.scripts, 'docs.js'],
      settings: {
        root: rootOf(folder),
        tenant: developmentTenant,
        ...token.settings(folder),
      },
    }),
  );
  const onlyPages: RequestHandler = ({ method }, _response, next) => {
    next(method === 'GET' || method === 'HEAD' ? undefined : 'route');
  };
  router.all('/', onlyPages, limit, (request, response) => {
    response
      .set(pageHeaders)
      .type('html')
      .send(pageFor(ownFolder(request)));
  });
  return router;
}

const files = [
  { name: 'swagger-ui-bundle.js', package: 'swagger-ui-dist' },
  { name: 'swagger-ui.css', package: 'swagger-ui-dist' },
];
