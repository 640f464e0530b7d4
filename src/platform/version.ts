import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Reads the version in package.json, which its `imports` make available wherever this file is built to. */
export const readVersion = (): string => require('#package.json').version;
