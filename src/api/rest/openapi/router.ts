import { createHash } from 'node:crypto';
import { Router } from 'express';
import { AppError } from '../../../platform/errors.js';

/**
 * Serves `GET /openapi.json` without authentication.
 * @param create creates the document when it is requested for the first time
 */
export function createOpenApiRouter(create: () => object): Router {
  let made: { text: string; etag: string } | undefined;
  const router = Router();
  // With get(), Express would respond to OPTIONS itself.
  router.all('/openapi.json', ({ method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: 'GET, HEAD' } });
    }
    made ??= withTag(JSON.stringify(create()));
    response.set({ 'cache-control': 'no-cache', etag: made.etag }).type('json').send(made.text);
  });
  return router;
}

const withTag = (text: string) => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
});
