// Fails when Spectral (spectral:oas) or Redocly (recommended) finds anything in schema/openapi.json, warnings included.
// This uses Spectral's library, because Spectral's command line would add packages under other licenses.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

const file = 'schema/openapi.json';

const linter = new spectral.Spectral();
linter.setRuleset({ extends: [rulesets.oas] });
const fromSpectral = (await linter.run(JSON.parse(readFileSync(file, 'utf8')))).map(
  ({ code, message, path }) => `spectral ${code}: ${message} (${path.join('.')})`,
);

const redocly = [
  'node_modules/@redocly/cli/bin/cli.js',
  'lint',
  '--extends=recommended',
  '--format=json',
  file,
];
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
const report = run(redocly);
const fromRedocly = JSON.parse(report).problems.map(
  ({ ruleId, message, location }) => `redocly ${ruleId}: ${message} (${location[0]?.pointer})`,
);

const found = [...fromSpectral, ...fromRedocly];
console.log([...found, `${file}: ${found.length} findings`].join('\n'));
process.exitCode = found.length > 0 ? 1 : 0;

/** Returns the output of a program, also when it fails: a linter that finds errors prints them and then fails. */
function run(args) {
  try {
    const env = { ...process.env, ...quiet };
    return execFileSync(process.execPath, args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    if (error.stdout) return error.stdout;
    throw error;
  }
}
