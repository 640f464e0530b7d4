import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';

const require = createRequire(import.meta.url);

/** A prebuilt file of an installed package. */
export interface PackageFile {
  name: string;
  package: string;
  /** The folder inside the package. */
  folder?: string;
}

export interface Assets {
  /** A part of every asset's URL. It changes with the assets, so that browsers may cache them permanently. */
  version: string;
  serve: Router;
}

/**
 * Creates the routes for the styles and scripts of a page.
 * @param texts the gateway's own files, by name
 */
export function createAssets(files: readonly PackageFile[], texts: Readonly<Record<string, string>>): Assets {
  const serve = Router();
  for (const { name, package: packageName, folder = '' } of files) {
    const root = join(dirname(require.resolve(`${packageName}/package.json`)), folder);
    serve.get(`/${name}`, (_request, response) => {
      response.set(assetHeaders).sendFile(name, { root, cacheControl: false });
    });
  }
  for (const [name, text] of Object.entries(texts)) {
    serve.get(`/${name}`, (_request, response) => {
      response.set(assetHeaders).type(name).send(text);
    });
  }
  // The `exports` of a package may hide its other files, but package.json can always be loaded.
  const versions = files.map((file) => [file.package, require(`${file.package}/package.json`).version]);
  const version = createHash('sha256')
    .update(JSON.stringify([versions, texts]))
    .digest('hex')
    .slice(0, 12);
  return { version, serve };
}

const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' };
