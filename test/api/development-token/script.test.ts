import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { script } from '../../../src/api/development-token/script.js';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-token-'));
  gateway = await startGateway({ NODE_ENV: 'development', REALMS_FILE: '', DATA_DIR: dataDir });
});
afterEach(restoreClock);
afterAll(async () => {
  await gateway.close();
  rmSync(dataDir, { recursive: true });
});

interface Element {
  name: string;
  textContent?: string;
  value: string;
  children: (Element | string)[];
  listeners: Record<string, (event: object) => void>;
}

const textOf = (element: Element | string): string =>
  typeof element === 'string' ? element : (element.textContent ?? element.children.map(textOf).join(''));
const find = (element: Element | string | undefined, name: string): Element | undefined => {
  if (element === undefined || typeof element === 'string') return undefined;
  if (element.name === name) return element;
  return element.children.map((child) => find(child, name)).find(Boolean);
};

/** A tab of a browser, which keeps its storage when it loads another page. */
function openTab() {
  const storage = new Map<string, string>();
  return async (path: string, hash = '', exchange = `${gateway.url}/development-token`) => {
    const bar = { url: `${path}${hash}` };
    const reload = jest.fn();
    const windowListeners: Record<string, () => void> = {};
    const timers: [() => void, number][] = [];
    let form: Element | undefined;
    const createElement = (name: string) => {
      const listeners: Element['listeners'] = {};
      const children: Element['children'] = [];
      return {
        name,
        value: '',
        children,
        listeners,
        append: (...more: Element['children']) => children.push(...more),
        addEventListener: (event: string, listener: (event: object) => void) => {
          listeners[event] = listener;
        },
        remove: () => {
          form = undefined;
        },
      };
    };
    const location = { hash, pathname: path, search: '', reload };
    const { ownToken } = runInNewContext(`${script}; ({ ownToken })`, {
      addEventListener: (event: string, listener: () => void) => {
        windowListeners[event] = listener;
      },
      atob,
      Date,
      document: {
        createElement,
        querySelector: () => form,
        body: {
          prepend: (element: Element) => {
            form = element;
          },
        },
      },
      fetch,
      history: {
        replaceState: (_state: unknown, _title: string, url: string) => {
          bar.url = url;
        },
      },
      location,
      sessionStorage: {
        getItem: (key: string) => storage.get(key) ?? null,
        setItem: (key: string, value: string) => storage.set(key, value),
      },
      setTimeout: (run: () => void, delay: number) => timers.push([run, delay]),
    });
    const token: string | undefined = await ownToken({ exchange });
    return {
      token,
      bar,
      reload,
      timers,
      asks: () => form && textOf(form),
      enter: (value: string) => {
        Object.assign(find(form, 'input') ?? {}, { value });
        form?.listeners.submit?.({ preventDefault: () => {} });
      },
      changeHash: (to: string) => {
        location.hash = to;
        windowListeners.hashchange?.();
      },
    };
  };
}

const withCode = () => `#code=${gateway.createCode()}`;

test('the page gets a token for its code, asks for nothing, and removes the code from the address bar', async () => {
  const page = await openTab()('/graphql', withCode());
  expect(page.token).toMatch(/^eyJ/);
  expect([page.asks(), page.bar.url]).toEqual([undefined, '/graphql']);
  const { body } = await gateway.graphql({ authorization: `Bearer ${page.token}` }, '{ viewer { name } }');
  expect(body).toEqual({ data: { viewer: { name: 'Ada Lovelace' } } });
});

test('a reload, and the other page in the same tab, have the same token', async () => {
  const load = openTab();
  const { token } = await load('/graphql', withCode());
  expect((await load('/graphql')).token).toBe(token);
  expect((await load('/docs')).token).toBe(token);
});

test('another code in the same tab gets another token', async () => {
  const load = openTab();
  await load('/graphql', withCode());
  moveClock(2);
  const first = (await load('/docs')).token;
  const second = await load('/docs', withCode());
  expect([second.token === first, second.asks()]).toEqual([false, undefined]);
});

test('a code that has been used in the same tab leaves the token of the tab', async () => {
  const load = openTab();
  const hash = withCode();
  const { token } = await load('/graphql', hash);
  const again = await load('/graphql', hash);
  expect([again.token, again.asks(), again.bar.url]).toEqual([token, undefined, '/graphql']);
});

test.each([
  ['no code', async () => '', /^No access token is filled in\. Open the URL that npm start printed/],
  [
    'a code that has been used in another tab',
    async () => {
      const hash = withCode();
      await openTab()('/graphql', hash);
      return hash;
    },
    /^The code in the URL has already been used, and it works only once\. Enter an access token\./,
  ],
  [
    'a code of another start',
    async () => '#code=x',
    /^The code in the URL is not valid\. Open the URL that npm start printed last/,
  ],
])('a page with %s says so and asks for a token', async (_what, hash, message) => {
  const page = await openTab()('/graphql', await hash());
  expect(page.token).toBeUndefined();
  expect(page.asks()).toMatch(message);
  expect(page.asks()).toContain('npm run --silent token');
  expect(page.bar.url).toBe('/graphql');
});

test('a gateway that does not respond is named as the cause', async () => {
  const page = await openTab()('/graphql', withCode(), 'http://127.0.0.1:1/development-token');
  expect(page.asks()).toMatch(/^The gateway did not respond\./);
});

test('a token that expires while the page is open, or before a reload, is replaced by a question', async () => {
  const load = openTab();
  moveClock(0);
  const page = await load('/graphql', withCode());
  const [[expire, delay] = [() => {}, 0]] = page.timers;
  expect(Math.ceil(delay / 1000)).toBe(8 * 60 * 60);
  expire();
  expect(page.asks()).toMatch(/^The access token has expired\. Enter a new one\./);
  moveClock(8 * 60 * 60 + 1);
  const later = await load('/graphql');
  expect(later.token).toBeUndefined();
  expect(later.asks()).toMatch(/^The access token has expired\. Enter a new one\./);
});

test.each(['', 'Bearer ', ' bearer  '])(
  'a token that is entered after %j is used after a reload',
  async (before) => {
    const load = openTab();
    const other = await openTab()('/graphql', withCode());
    const page = await load('/graphql');
    page.enter(`${before}${other.token}\n`);
    expect(page.reload).toHaveBeenCalledTimes(1);
    expect((await load('/graphql')).token).toBe(other.token);
  },
);

test.each(['', 'x', 'a.b.c', `a.${btoa('{"exp":1}')}.c`])('%j is not taken as a token', async (text) => {
  const load = openTab();
  const page = await load('/graphql');
  page.enter(text);
  expect(page.reload).not.toHaveBeenCalled();
  expect(page.asks()).toMatch(/^This is not a valid access token, or it has expired\./);
  expect((await load('/graphql')).token).toBeUndefined();
});

test('a code that comes into the URL of an open page loads the page again, and any other fragment does not', async () => {
  const page = await openTab()('/docs', '#/service-account');
  page.changeHash('#/tenants');
  expect(page.reload).not.toHaveBeenCalled();
  page.changeHash(withCode());
  expect(page.reload).toHaveBeenCalledTimes(1);
});
