import { type RequestHandler, Router } from 'express';
import { createAssets } from '../../../platform/http/pages/assets.js';
import { ownFolder, pageHeaders, rememberPages, renderPage } from '../../../platform/http/pages/page.js';
import { type Credentials, isFromThisMachine } from '../../../platform/http/pages/this-machine.js';
import { script } from './script.js';
import { style } from './style.js';

/**
 * Serves the documentation of the REST API with Swagger UI. Its files come from an npm package, so the page works
 * without internet access.
 * @param limit limits the requests of an address
 * @param credentials creates an access token and a tenant for the page, if the request comes from this machine
 */
export function createDocsRouter(limit: RequestHandler, credentials?: () => Promise<Credentials>): Router {
  const router = Router();
  const { version, serve } = createAssets(files, { 'docs.css': style, 'docs.js': script });
  router.use(`/ui/${version}`, limit, serve);
  const render = (folder: string, own?: Credentials) =>
    renderPage({
      title: 'REST API · Service account gateway',
      name: 'Swagger UI',
      assets: `${folder}/ui/${version}`,
      styles: ['swagger-ui.css', 'docs.css'],
      scripts: ['swagger-ui-bundle.js', 'docs.js'],
      settings: { root: folder === '.' ? '..' : '.', ...own },
    });
  const pageFor = rememberPages((folder) => render(folder));
  const onlyPages: RequestHandler = ({ method }, _response, next) => {
    next(method === 'GET' || method === 'HEAD' ? undefined : 'route');
  };
  router.all('/', onlyPages, limit, async (request, response) => {
    const folder = ownFolder(request);
    const own = credentials && isFromThisMachine(request) ? await credentials() : undefined;
    const page = own ? render(folder, own) : pageFor(folder);
    response.set(pageHeaders).type('html').send(page);
  });
  return router;
}

const files = [
  { name: 'swagger-ui-bundle.js', package: 'swagger-ui-dist' },
  { name: 'swagger-ui.css', package: 'swagger-ui-dist' },
];
