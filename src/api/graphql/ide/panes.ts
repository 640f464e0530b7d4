/**
 * The text of panes.js, which adds to GraphiQL what it lacks.
 *
 * - On a narrow screen, GraphiQL has no space for its panes side by side. The script adds tabs, and style.ts shows only
 *   the pane of the current tab. Running an operation shows its response. The documentation and the history share a
 *   tab, because they share a pane of GraphiQL, which its own buttons open and close.
 * - The keyboard shortcut works when the page has just been opened. A device without a keyboard gets no focus, because
 *   its screen keyboard would cover the page.
 */
export const panes = `'use strict';

const find = (selector) => document.querySelector(selector);
const click = (selector) => find(selector)?.click();

const nav = document.createElement('nav');
nav.className = 'panes';
nav.setAttribute('aria-label', 'Panes');
const names = { editor: 'Operation', inputs: 'Variables, headers', response: 'Response', docs: 'Docs' };
for (const [pane, name] of Object.entries(names)) {
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.pane = pane;
  button.textContent = name;
  button.addEventListener('click', () => {
    if (pane === 'docs' && !find('.graphiql-doc-explorer')) click('.graphiql-sidebar button');
    show(pane);
  });
  nav.append(button);
}
find('#app').before(nav);

function show(pane) {
  document.body.dataset.pane = pane;
  for (const button of nav.children) button.setAttribute('aria-current', String(button.dataset.pane === pane));
  // An editor that was hidden has not measured its lines.
  for (const { CodeMirror } of document.querySelectorAll('.CodeMirror')) CodeMirror.refresh();
}
show('editor');

document.addEventListener('operation', () => show('response'));
document.addEventListener('click', ({ target }) => {
  if (!target.closest('.graphiql-sidebar-section:first-child button')) return;
  // React has not yet updated the page.
  setTimeout(() => show(find('.graphiql-plugin > *') ? 'docs' : 'editor'));
});

document.addEventListener('keydown', ({ key, ctrlKey, metaKey, target }) => {
  const isShortcut = key === 'Enter' && (ctrlKey || metaKey);
  if (isShortcut && target.matches('body, .result-window *')) click('.graphiql-execute-button');
});

if (!matchMedia('(pointer: coarse)').matches) {
  const observer = new MutationObserver(() => {
    const editor = find('.graphiql-query-editor .CodeMirror');
    if (!editor) return;
    observer.disconnect();
    if (document.activeElement === document.body) editor.CodeMirror.focus();
  });
  observer.observe(find('#app'), { childList: true, subtree: true });
}
`;
