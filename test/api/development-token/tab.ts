import { runInNewContext } from 'node:vm';
import { jest } from '@jest/globals';
import { script } from '../../../src/api/development-token/script.js';

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

/** Opens a tab of a browser, which keeps its storage when it loads another page. */
export function openTab(exchangeUrl: string) {
  const storage = new Map<string, string>();
  return async (path: string, hash = '', exchange = exchangeUrl) => {
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
