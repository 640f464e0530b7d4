import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The version in package.json, which is found by its `imports` from wherever this file is built into. */
export const readVersion = (): string => require('#package.json').version;
