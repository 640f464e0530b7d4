import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { anchorsOf, linksOf, type Page, readPages } from './pages.js';

const pages = new Map(readPages().map((page) => [page.path, page]));
const contents = 'docs/README.md';

/** Returns the links of a page to files of this repository, by path from the root, and by anchor. */
const localLinks = (page: Page) =>
  linksOf(page)
    .filter((href) => !/^[a-z]+:/i.test(href))
    .map((href) => {
      const [file = '', anchor] = decodeURIComponent(href).split('#');
      return { href, path: file ? join(dirname(page.path), file) : page.path, anchor };
    });

const linkedPages = (path: string) => {
  const page = pages.get(path);
  return page ? localLinks(page).map((link) => link.path) : [];
};

test.each([...pages.keys()])('every relative link of %s leads to a file and a heading', (path) => {
  const broken = localLinks(pages.get(path) as Page).filter((link) => {
    const target = pages.get(link.path);
    if (link.anchor === undefined) return !existsSync(link.path);
    return !target || !anchorsOf(target).includes(link.anchor);
  });
  expect(broken).toEqual([]);
});

test('the contents page lists every page in docs/', () => {
  const inDocs = [...pages.keys()].filter((path) => path.startsWith('docs/') && path !== contents);
  const listed = linkedPages(contents);
  expect(inDocs.filter((path) => !listed.includes(path))).toEqual([]);
});

test('every page can be reached from README.md', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) for (const next of linkedPages(path)) reached.add(next);
  expect([...pages.keys()].filter((path) => !reached.has(path))).toEqual([]);
});
