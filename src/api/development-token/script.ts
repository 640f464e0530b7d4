/**
 * The text of token.js, with which the pages of development mode get an access token. It defines `ownToken` for the
 * script of the page. A one-time code comes in the fragment of the URL, which browsers send to no server.
 *
 * - The tab keeps the token in `sessionStorage`, so a reload, and the other page in the same tab, need no new code.
 * - Without a valid token, the page says why, and has a field for a token of `npm run token`.
 * - The code stays in the URL if the gateway could not exchange it, so that a reload tries again.
 * - A URL with another code, pasted into a tab with the page, changes only the fragment. The script then loads the page
 *   again.
 */
export const script = `'use strict';

const tokenKey = 'service-account-gateway:token';

function expiryOf(token) {
  try {
    const [, payload] = token.split('.');
    return JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000;
  } catch {
    return NaN;
  }
}

const isValid = (token) => expiryOf(token) > Date.now();

const whys = {
  missing: 'No access token is filled in. Open the URL that npm start printed for this page, or enter a token.',
  expired: 'The access token has expired. Enter a new one.',
  used: 'The code in the URL has already been used, and it works only once. Enter an access token.',
  unknown: 'The code in the URL is not valid. Open the URL that npm start printed last, or enter an access token.',
};

async function redeem(code, url) {
  try {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ code }) });
    if (response.status === 429 || response.status >= 500) {
      const seconds = response.headers.get('retry-after');
      const when = seconds ? 'in ' + seconds + ' seconds' : 'later';
      return { why: 'The code cannot be used now. Reload the page ' + when + ', or enter an access token.', retry: true };
    }
    const { token, message, details } = await response.json();
    return { token, why: whys[details?.reason] ?? message + '. Enter an access token.' };
  } catch {
    const why = 'The gateway did not respond. Reload the page when it runs, or enter an access token.';
    return { why, retry: true };
  }
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function askForToken(why) {
  const input = element('input', { type: 'text', autocomplete: 'off', spellcheck: false, required: true });
  const reason = element('span', { textContent: why });
  const hint = element('span', {}, 'This command prints one: ', element('code', { textContent: 'npm run --silent token' }));
  const form = element(
    'form',
    { className: 'token' },
    element('p', { role: 'status' }, reason, ' ', hint),
    element('label', {}, 'Access token ', input),
    element('button', { type: 'submit', textContent: 'Use this token' }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = input.value.trim().replace(/^Bearer\\s+/i, '');
    if (!isValid(token)) {
      reason.textContent = 'This is not a valid access token, or it has expired.';
      return;
    }
    sessionStorage.setItem(tokenKey, token);
    location.reload();
  });
  document.querySelector('form.token')?.remove();
  document.body.prepend(form);
}

addEventListener('hashchange', () => {
  if (location.hash.startsWith('#code=')) location.reload();
});

async function ownToken({ exchange }) {
  const [, code] = /^#code=(.+)$/.exec(location.hash) ?? [];
  const stored = sessionStorage.getItem(tokenKey) ?? '';
  const { token: redeemed, why, retry } = code ? await redeem(code, exchange) : {};
  if (code && !retry) history.replaceState(null, '', location.pathname + location.search);
  const token = redeemed ?? stored;
  if (!isValid(token)) {
    askForToken(why ?? (token ? whys.expired : whys.missing));
    return undefined;
  }
  sessionStorage.setItem(tokenKey, token);
  setTimeout(() => askForToken(whys.expired), Math.min(expiryOf(token) - Date.now(), 2 ** 31 - 1));
  return token;
}
`;
