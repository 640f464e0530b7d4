import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { script } from './script.js';
import { style } from './style.js';

const require = createRequire(import.meta.url);

/** A folder of an installed package; its `exports` may hide what is in it, but not package.json. */
const folder = (name: string, ...path: string[]) =>
  join(dirname(require.resolve(`${name}/package.json`)), ...path);

/** The prebuilt files that the page loads. */
const files = [
  { name: 'react.production.min.js', root: folder('react', 'umd') },
  { name: 'react-dom.production.min.js', root: folder('react-dom', 'umd') },
  { name: 'graphiql.min.js', root: folder('graphiql') },
  { name: 'graphiql.min.css', root: folder('graphiql') },
];

const versions = ['react', 'react-dom', 'graphiql'].map((name) => require(`${name}/package.json`).version);

/** Part of every asset's URL: browsers keep them for good, and an update of the gateway still gets through. */
export const assetsVersion = createHash('sha256')
  .update(JSON.stringify([versions, script, style]))
  .digest('hex')
  .slice(0, 12);

/** What the page loads. */
export function createAssets(): Router {
  const router = Router();
  for (const { name, root } of files) {
    router.get(`/${name}`, (_request, response) => {
      response.set(assetHeaders).sendFile(name, { root, cacheControl: false });
    });
  }
  router.get('/ide.js', (_request, response) => {
    response.set(assetHeaders).type('js').send(script);
  });
  router.get('/ide.css', (_request, response) => {
    response.set(assetHeaders).type('css').send(style);
  });
  return router;
}

const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' };
