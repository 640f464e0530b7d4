import { posix } from 'node:path';
import { type Request, Router } from 'express';
import { assetsVersion, createAssets } from './ide/assets.js';
import { isFromThisMachine } from './ide/local.js';
import { pageHeaders, renderPage } from './ide/page.js';
import { headersToFillIn, tour } from './ide/tour.js';

export interface IdeSettings {
  /** Makes the headers to fill in, for a request that comes from this machine itself. */
  headers?: () => Promise<Record<string, string>>;
}

/**
 * GraphiQL for browsers, out of npm packages alone: it works without internet. Whatever is not a browser that
 * asks for the page falls through to the GraphQL door.
 */
export function createIdeRouter({ headers }: IdeSettings): Router {
  const router = Router();
  router.use(`/ide/${assetsVersion}`, createAssets());
  // Not get(): Express would answer OPTIONS for it, and say that there is no POST here.
  router.all('/', async (request, response, next) => {
    response.vary('accept');
    if (!wantsPage(request)) {
      next();
      return;
    }
    const own = headers && isFromThisMachine(request) ? await headers() : undefined;
    const page = renderPage(assetsPath(request), {
      headers: own ?? headersToFillIn,
      tabs: tour({ hasToken: Boolean(own) }),
    });
    response.set(pageHeaders).type('html').send(page);
  });
  return router;
}

/** JSON stands first, so that it wins for clients without a preference, such as curl. */
const wantsPage = (request: Request): boolean =>
  ['GET', 'HEAD'].includes(request.method) &&
  request.query.query === undefined &&
  request.accepts('application/json', 'application/graphql-response+json', 'text/html') === 'text/html';

/** Relative, since a proxy may serve the gateway under a path of its own. */
function assetsPath({ baseUrl, originalUrl }: Request): string {
  const isFolder = originalUrl.split('?', 1)[0]?.endsWith('/');
  return `${isFolder ? '.' : posix.basename(baseUrl)}/ide/${assetsVersion}`;
}
