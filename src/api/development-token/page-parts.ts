import { rootOf } from '../../platform/http/pages/page.js';
import { exchangePath } from './router.js';
import { script } from './script.js';
import { style } from './style.js';

/** The texts of the files with which a page gets an access token of development mode. */
export const tokenTexts = { 'token.css': style, 'token.js': script };

/** What a page adds to its own parts so that it gets an access token. Its script calls `ownToken` with the settings. */
interface TokenParts {
  styles: string[];
  scripts: string[];
  /** @param folder the folder of the page, as `renderPage` passes it */
  settings(folder: string): { exchange?: string };
}

const none: TokenParts = { styles: [], scripts: [], settings: () => ({}) };

const all: TokenParts = {
  styles: ['token.css'],
  scripts: ['token.js'],
  settings: (folder) => ({ exchange: `${rootOf(folder)}/${exchangePath}` }),
};

/** Returns the parts of a page. Outside of development mode, no page gets a token. */
export const tokenParts = (developmentTenant: string | undefined): TokenParts =>
  developmentTenant ? all : none;
