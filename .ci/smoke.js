// Does what the README tells a newcomer to do: starts the program, and pastes the two curls that it prints.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const documented = ['../shared/spec/success-response.json', 'test/api/rest/documented-response.json'].find(
  existsSync,
);
const dataDir = mkdtempSync(join(tmpdir(), 'gateway-smoke-'));
const gateway = spawn('npm', ['start'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const stopped = new Promise((resolve) => gateway.once('exit', resolve));

try {
  const [create = '', token = ''] = await printedCurls();
  const created = await answerTo(create);
  compare(created, JSON.parse(readFileSync(documented, 'utf8')));
  console.log(`The printed command creates a service account. The response has the form of ${documented}.`);

  const { clientId, clientSecret } = created.data;
  const given = await answerTo(token.replace('CLIENT_ID', clientId).replace('CLIENT_SECRET', clientSecret));
  assert.equal(given.token_type, 'Bearer');
  console.log('With its client ID and client secret, the other printed command gets an access token.');
} finally {
  gateway.kill('SIGTERM');
  await stopped;
  rmSync(dataDir, { recursive: true });
}

/** @param {string} curl */
async function answerTo(curl) {
  const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} --silent`]);
  return JSON.parse(stdout);
}

/** Reads stdout until the banner has ended. */
async function printedCurls() {
  let text = '';
  const timeout = setTimeout(() => gateway.kill('SIGTERM'), 60_000);
  for await (const chunk of gateway.stdout) {
    text += chunk;
    const curls = [...text.matchAll(/^curl [\s\S]*?[^\\]$/gm)].map(([curl]) => curl);
    if (curls.length > 0 && text.includes('npm run --silent token')) {
      clearTimeout(timeout);
      return curls;
    }
  }
  throw new Error(`The gateway printed no curl command:\n${text}`);
}

/** Asserts that two answers have the same keys in the same order at each level, and values of the same form. */
function compare(actual, expected, path = 'answer') {
  assert.equal(typeof actual, typeof expected, path);
  if (typeof expected === 'object') {
    assert.deepEqual(Object.keys(actual), Object.keys(expected), path);
    for (const key of Object.keys(expected)) compare(actual[key], expected[key], `${path}.${key}`);
  } else if (!/createdBy|tenant\.name/.test(path)) {
    assert.equal(form(actual), form(expected), path);
  }
}

/** Masks the random parts of ids and secrets, and all digits, so that only the form of a value is compared. */
function form(value) {
  return String(value)
    .replace(/^(sa_secret_)[0-9a-z]{20,}$/, '$1…')
    .replace(/^(sa_client_)[0-9a-f]{12}$/, '$1…')
    .replace(/^(sa-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '$1<uuid>')
    .replace(/\d/g, '0');
}
