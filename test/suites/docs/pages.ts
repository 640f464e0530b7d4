import { existsSync, readdirSync, readFileSync } from 'node:fs';
import Slugger from 'github-slugger';
import { type MarkedToken, marked, type Token, type Tokens } from 'marked';

/** A Markdown file that people read. */
export interface Page {
  /** The path from the root of the checkout, such as `docs/rest.md`. */
  path: string;
  text: string;
  tokens: Token[];
}

/** A fenced block of a page. */
export interface Block {
  language: string;
  text: string;
  /** The number of the line that opens the block. */
  line: number;
  /** The texts of the HTML comments directly before the block. */
  comments: string[];
  /** The block that stands directly behind this one, with comments between them at most. */
  next?: Block;
}

interface Cell {
  /** The text as a reader sees it, without Markdown. */
  text: string;
  /** The texts in code font. */
  names: string[];
}

export interface Table {
  header: string[];
  rows: Cell[][];
}

/** Reads a page. A page that does not exist is empty, so that the tests of its content fail and name what they miss. */
export function readPage(path: string): Page {
  return parsePage(path, existsSync(path) ? readFileSync(path, 'utf8') : '');
}

const parsePage = (path: string, text: string): Page => ({ path, text, tokens: marked.lexer(text) });

/** Reads the pages in the root of the checkout and those in docs/. */
export function readPages(): Page[] {
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
  const paths = [...readdirSync('.'), ...docs.sort()];
  return paths.filter((path) => path.endsWith('.md')).map(readPage);
}

/** Returns the fenced blocks of a page in their order, those in lists and quotes included. */
export function blocksOf({ text, tokens }: Page): Block[] {
  const blocks: Block[] = [];
  let position = 0;
  const visit = (siblings: Token[]) => {
    let comments: string[] = [];
    let previous: Block | undefined;
    for (const token of siblings as MarkedToken[]) {
      if (token.type === 'space') continue;
      if (token.type === 'html') {
        comments.push(
          ...[...token.text.matchAll(/<!--(.*?)-->/gs)].map(([, comment = '']) => comment.trim()),
        );
        continue;
      }
      if (token.type === 'code' && token.codeBlockStyle !== 'indented') {
        // A list removes the indentation of its blocks, so that only the first line can be found in the page.
        position = text.indexOf(token.raw.split('\n', 1)[0] as string, position);
        const line = text.slice(0, position).split('\n').length;
        position += token.raw.length;
        const block: Block = { language: token.lang ?? '', text: token.text, line, comments };
        if (previous) previous.next = block;
        previous = block;
        blocks.push(block);
      } else {
        previous = undefined;
        if (token.type === 'list') for (const item of token.items) visit(item.tokens);
        if (token.type === 'blockquote') visit(token.tokens);
      }
      comments = [];
    }
  };
  visit(tokens);
  return blocks;
}

/** Returns the tables of a page. */
export const tablesOf = ({ tokens }: Page): Table[] =>
  collect<Tokens.Table>(tokens, 'table').map(({ header, rows }) => ({
    header: header.map((cell) => plainText(cell.tokens)),
    rows: rows.map((row) =>
      row.map((cell) => ({
        text: plainText(cell.tokens),
        names: collect<Tokens.Codespan>(cell.tokens, 'codespan').map((code) => code.text),
      })),
    ),
  }));

/** Returns the targets of the links and images of a page. */
export const linksOf = ({ tokens }: Page): string[] =>
  [...collect<Tokens.Link>(tokens, 'link'), ...collect<Tokens.Image>(tokens, 'image')].map(
    ({ href }) => href,
  );

/** Returns the anchors of the headings of a page, as GitHub makes them. */
export function anchorsOf({ tokens }: Page): string[] {
  const slugger = new Slugger();
  return collect<Tokens.Heading>(tokens, 'heading').map((heading) => slugger.slug(plainText(heading.tokens)));
}

function collect<T extends Token>(tokens: Token[], type: T['type']): T[] {
  const found: T[] = [];
  marked.walkTokens(tokens, (token) => {
    if (token.type === type) found.push(token as T);
  });
  return found;
}

const plainText = (tokens: Token[]): string =>
  tokens
    .map((token) =>
      'tokens' in token && token.tokens ? plainText(token.tokens) : 'text' in token ? token.text : '',
    )
    .join('');
