import { runInNewContext } from 'node:vm';
import { expect, jest, test } from '@jest/globals';
import { panes } from '../../../src/api/graphql/ide/panes.js';
import { style } from '../../../src/api/graphql/ide/style.js';

type Listener = (event: object) => void;

interface FakeElement {
  dataset: Record<string, string>;
  attributes: Record<string, string>;
  children: FakeElement[];
  click(): void;
}

/** Runs panes.js with a stand-in for the page. @param touch whether the device has a touch screen */
function open({ touch = false } = {}) {
  const elements: Record<string, { click: () => void }> = {};
  const element = (): FakeElement => {
    const listeners: Record<string, Listener> = {};
    const attributes: Record<string, string> = {};
    const children: FakeElement[] = [];
    const made = {
      dataset: {},
      attributes,
      children,
      setAttribute: (name: string, value: string) => Object.assign(attributes, { [name]: value }),
      addEventListener: (name: string, listener: Listener) => Object.assign(listeners, { [name]: listener }),
      append: (child: FakeElement) => children.push(child),
      click: () => listeners.click?.({}),
    };
    return made;
  };
  const body = element();
  const app = { before: (nav: FakeElement) => body.children.push(nav) };
  const editor = { CodeMirror: { focus: jest.fn(), refresh: jest.fn() } };
  const listeners: Record<string, Listener> = {};
  let changed = () => {};
  runInNewContext(panes, {
    document: {
      body,
      activeElement: body,
      createElement: element,
      querySelector: (selector: string) => (selector === '#app' ? app : elements[selector]),
      querySelectorAll: () => [editor],
      addEventListener: (name: string, listener: Listener) => Object.assign(listeners, { [name]: listener }),
    },
    matchMedia: () => ({ matches: touch }),
    MutationObserver: class {
      constructor(listener: () => void) {
        changed = listener;
      }
      observe() {}
      disconnect() {}
    },
    setTimeout: (run: () => void) => run(),
  });
  const tabs = body.children[0]?.children ?? [];
  return {
    editor,
    tab: (name: string) => tabs.find(({ dataset }) => dataset.pane === name),
    names: tabs.map(({ dataset }) => dataset.pane),
    shown: () => body.dataset.pane,
    current: () =>
      tabs.filter(({ attributes }) => attributes['aria-current'] === 'true').map((tab) => tab.dataset.pane),
    on: (name: string, event: object = {}) => listeners[name]?.(event),
    add: (selector: string, value: object = {}) =>
      Object.assign(elements, { [selector]: { click: jest.fn(), ...value } }),
    changed: () => changed(),
  };
}

test('each tab shows its pane, and the editors measure their lines again', () => {
  const page = open();
  expect([page.names, page.shown()]).toEqual([['editor', 'inputs', 'response', 'docs'], 'editor']);
  for (const name of page.names) {
    page.editor.CodeMirror.refresh.mockClear();
    page.tab(name ?? '')?.click();
    expect([page.shown(), page.current()]).toEqual([name, [name]]);
    expect(page.editor.CodeMirror.refresh).toHaveBeenCalledTimes(1);
  }
});

test('the style names the same panes as the tabs', () => {
  const named = new Set([...style.matchAll(/\[data-pane='(\w+)'\]/g)].map(([, name]) => name));
  expect([...named].sort()).toEqual([...open().names].sort());
});

test('the tab of the documentation opens it, unless it is open', () => {
  const page = open();
  const found = page.add('.graphiql-sidebar button');
  page.tab('docs')?.click();
  expect(found['.graphiql-sidebar button']?.click).toHaveBeenCalledTimes(1);
  page.add('.graphiql-doc-explorer');
  page.tab('docs')?.click();
  expect(found['.graphiql-sidebar button']?.click).toHaveBeenCalledTimes(1);
});

test('an operation shows its response', () => {
  const page = open();
  page.on('operation');
  expect(page.shown()).toBe('response');
});

test('the own buttons of GraphiQL for documentation and history show that pane, or the editor again', () => {
  const page = open();
  const button = { closest: () => ({}) };
  page.add('.graphiql-plugin > *');
  page.on('click', { target: button });
  expect(page.shown()).toBe('docs');
  const closed = open();
  closed.tab('docs')?.click();
  closed.on('click', { target: { closest: () => null } });
  expect(closed.shown()).toBe('docs');
  closed.on('click', { target: button });
  expect(closed.shown()).toBe('editor');
});

test.each([
  [{ ctrlKey: true }, true, 1],
  [{ metaKey: true }, true, 1],
  [{}, true, 0],
  [{ ctrlKey: true }, false, 0],
])('Enter with %p, with the focus on the page: %p, runs %i operations', (keys, onPage, times) => {
  const page = open();
  const found = page.add('.graphiql-execute-button');
  page.on('keydown', { key: 'Enter', ...keys, target: { matches: () => onPage } });
  page.on('keydown', { key: 'a', ...keys, target: { matches: () => onPage } });
  expect(found['.graphiql-execute-button']?.click).toHaveBeenCalledTimes(times);
});

test.each([
  [false, 1],
  [true, 0],
])('the editor gets the focus when it is there, but not on a touch screen: %p', (touch, times) => {
  const page = open({ touch });
  page.changed();
  expect(page.editor.CodeMirror.focus).not.toHaveBeenCalled();
  page.add('.graphiql-query-editor .CodeMirror', page.editor);
  page.changed();
  expect(page.editor.CodeMirror.focus).toHaveBeenCalledTimes(times);
});
