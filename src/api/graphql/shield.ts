import { createRequire } from 'node:module';
import util from 'node:util';

/*
 * graphql-shield's ESM build imports util.isUndefined, which Node 23 removed, so the build fails to load there. Its
 * CommonJS build reads the function when it runs, and finds it on the object that is patched here. graphql-middleware
 * must come from a CommonJS build too, because it tests graphql-shield's generator with instanceof.
 */
const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= (value) => value === undefined;

const require = createRequire(import.meta.url);

export const { rule, shield, deny } = require('graphql-shield') as typeof import('graphql-shield');
export const { applyMiddleware } = require('graphql-middleware') as typeof import('graphql-middleware');
