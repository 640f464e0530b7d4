import { readFileSync } from 'node:fs';

/** That of package.json, which is two folders above both the compiled file and the bundle. */
export const readVersion = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
