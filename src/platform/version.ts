import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Reads the version from package.json. The `imports` field of package.json makes the file available from every build
 * folder.
 */
export const readVersion = (): string => require('#package.json').version;
