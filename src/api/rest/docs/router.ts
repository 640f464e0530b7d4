import { type RequestHandler, Router } from 'express';
import { createAssets } from '../../../platform/http/pages/assets.js';
import {
  ownFolder,
  pageHeaders,
  rememberPages,
  renderPage,
  rootOf,
} from '../../../platform/http/pages/page.js';
import { exchangePath } from '../../development-token/router.js';
import { script as tokenScript } from '../../development-token/script.js';
import { style as tokenStyle } from '../../development-token/style.js';
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
  const texts = { 'docs.css': style, 'docs.js': script, 'token.css': tokenStyle, 'token.js': tokenScript };
  const { version, serve } = createAssets(files, texts);
  router.use(`/ui/${version}`, limit, serve);
  const pageFor = rememberPages((folder) =>
    renderPage({
      title: 'REST API · Service account gateway',
      name: 'Swagger UI',
      assets: `${folder}/ui/${version}`,
      styles: ['swagger-ui.css', 'docs.css', ...(developmentTenant ? ['token.css'] : [])],
      scripts: ['swagger-ui-bundle.js', ...(developmentTenant ? ['token.js'] : []), 'docs.js'],
      settings: {
        root: rootOf(folder),
        ...(developmentTenant && {
          exchange: `${rootOf(folder)}/${exchangePath}`,
          tenant: developmentTenant,
        }),
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
