import { type RequestHandler, Router } from 'express';
import { createAssets } from '../../platform/http/pages/assets.js';
import { icon } from '../../platform/http/pages/icon.js';
import { pageHeaders, renderDocument, wantsPage } from '../../platform/http/pages/page.js';
import { type Available, availableLinks } from './links.js';
import { style } from './style.js';

/**
 * Serves the home page to browsers: links to what exists on this gateway. The router passes every other request, so
 * other clients still get a 404.
 *
 * Below the base path, links contain it. Relative links would be wrong if the URL of the page lacks the slash at its
 * end, which the gateway cannot see if the proxy removes the base path.
 * @param limit limits the requests of an address
 * @param basePath the path below which a proxy serves the gateway; if it is empty, links are relative
 */
export function createHomeRouter(available: Available, limit: RequestHandler, basePath: string): Router {
  // Relative links would be wrong at `//`.
  const router = Router({ strict: true });
  const { version, serve } = createAssets([], { 'home.css': style });
  const assets = `home/${version}`;
  const root = basePath && `${basePath.replaceAll('&', '&amp;')}/`;
  const page = renderDocument(
    { title: 'Service account gateway', assets: root + assets, styles: ['home.css'] },
    bodyOf(available, root),
  );
  router.use(`/${assets}`, limit, serve);
  const onlyPages: RequestHandler = (request, response, next) => {
    response.vary('accept');
    next(wantsPage(request, 'application/json', 'application/problem+json') ? undefined : 'route');
  };
  router.all('/', onlyPages, limit, (_request, response) => {
    response.set(pageHeaders).type('html').send(page);
  });
  return router;
}

const bodyOf = (available: Available, root: string) => `    <main>
      <h1>${icon.replace('<svg', '<svg aria-hidden="true"')} Service account gateway</h1>
      <p>Manages service accounts for machines and issues their access tokens.</p>
      <ul>
${availableLinks(available)
  .map(({ path, name, text }) => `        <li><a href="${root}${path}">${name}</a> <span>${text}</span></li>`)
  .join('\n')}
      </ul>
    </main>`;
