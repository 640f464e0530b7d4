import { createRequire } from 'node:module';
import util from 'node:util';

/*
 * graphql-shield's ESM build imports util.isUndefined, which Node 23 removed, so the build fails to load there. Its
 * CommonJS build reads the function when it runs, and finds it on the object that is patched here. graphql-middleware
 * must come from a CommonJS build too, because it tests graphql-shield's generator with instanceof.
 */
const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= (value) => value === undefined;

// The bundle has a `require` and contains both packages (build.js), so Node does not resolve their hundreds of files.
const isBundled = typeof require === 'function';
const load = createRequire(import.meta.url);

export const { rule, shield, deny }: typeof import('graphql-shield') = isBundled
  ? require('graphql-shield')
  : load('graphql-shield');
export const { applyMiddleware }: typeof import('graphql-middleware') = isBundled
  ? require('graphql-middleware')
  : load('graphql-middleware');
