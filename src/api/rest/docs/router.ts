import { Router } from 'express';
import { createAssets } from '../../../platform/http/pages/assets.js';
import { ownFolder, pageHeaders, renderPage } from '../../../platform/http/pages/page.js';
import { type Credentials, isFromThisMachine } from '../../../platform/http/pages/this-machine.js';
import { script } from './script.js';
import { style } from './style.js';

/**
 * Serves the documentation of the REST API with Swagger UI. Its files come from an npm package, so the page works
 * without internet access.
 * @param credentials creates an access token and a tenant for the page, if the request comes from this machine
 */
export function createDocsRouter(credentials?: () => Promise<Credentials>): Router {
  const router = Router();
  const { version, serve } = createAssets(files, { 'docs.css': style, 'docs.js': script });
  router.use(`/ui/${version}`, serve);
  router.all('/', async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const folder = ownFolder(request);
    const page = renderPage({
      title: 'REST API · Service account gateway',
      name: 'Swagger UI',
      assets: `${folder}/ui/${version}`,
      styles: ['swagger-ui.css', 'docs.css'],
      scripts: ['swagger-ui-bundle.js', 'docs.js'],
      settings: {
        root: folder === '.' ? '..' : '.',
        ...(credentials && isFromThisMachine(request) && (await credentials())),
      },
    });
    response.set(pageHeaders).type('html').send(page);
  });
  return router;
}

const files = [
  { name: 'swagger-ui-bundle.js', package: 'swagger-ui-dist' },
  { name: 'swagger-ui.css', package: 'swagger-ui-dist' },
];
