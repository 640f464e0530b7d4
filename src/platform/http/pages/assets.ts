import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';

const require = createRequire(import.meta.url);

/** A prebuilt file of an installed package. */
export interface PackageFile {
  name: string;
  package: string;
  /** Where in the package it is. */
  folder?: string;
}

export interface Assets {
  /** Part of every asset's URL: browsers keep them for good, and an update of the gateway still gets through. */
  version: string;
  serve: Router;
}

/**
 * What a page loads.
 * @param texts files of our own, by their names
 */
export function createAssets(files: readonly PackageFile[], texts: Readonly<Record<string, string>>): Assets {
  const serve = Router();
  for (const { name, package: of, folder = '' } of files) {
    const root = join(dirname(require.resolve(`${of}/package.json`)), folder);
    serve.get(`/${name}`, (_request, response) => {
      response.set(assetHeaders).sendFile(name, { root, cacheControl: false });
    });
  }
  for (const [name, text] of Object.entries(texts)) {
    serve.get(`/${name}`, (_request, response) => {
      response.set(assetHeaders).type(name).send(text);
    });
  }
  // Its `exports` may hide what is in a package, but not package.json.
  const versions = files.map((file) => [file.package, require(`${file.package}/package.json`).version]);
  const version = createHash('sha256')
    .update(JSON.stringify([versions, texts]))
    .digest('hex')
    .slice(0, 12);
  return { version, serve };
}

const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable' };
