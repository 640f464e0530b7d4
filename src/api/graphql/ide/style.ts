/**
 * The text of ide.css, which styles the page around GraphiQL. On a narrow screen only one pane is visible, which
 * panes.ts names in `data-pane`. The rules need `!important`, because GraphiQL sets the sizes of its panes in style
 * attributes, and moves closed panes out of the screen.
 */
export const style = `
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; height: 100dvh; background: hsl(219, 28%, 97%); }
#app { flex: 1; min-height: 0; }
.note { margin: 0; padding: 2rem; font: 1rem system-ui, sans-serif; color: hsl(219, 28%, 32%); }
.graphiql-logo { white-space: nowrap; }
.panes { display: none; }

@media (max-width: 700px) {
  .panes { display: flex; flex: none; }
  .panes button {
    flex: 1 1 auto;
    min-height: 48px;
    padding: 0 4px;
    border: 0;
    border-bottom: 3px solid transparent;
    background: none;
    color: hsl(219, 28%, 32%);
    font: 0.85rem system-ui, sans-serif;
  }
  .panes button[aria-current='true'] { border-color: hsl(320, 95%, 43%); font-weight: 600; }

  .graphiql-container { flex-direction: column-reverse; }
  .graphiql-container .graphiql-sidebar { flex: none; flex-direction: row; width: auto; padding: 0 8px; }
  .graphiql-container .graphiql-sidebar .graphiql-sidebar-section { flex-direction: row; align-items: center; }
  .graphiql-dialog .graphiql-dialog-section { flex-wrap: wrap; gap: 8px; }
  .graphiql-dialog .graphiql-dialog-section > :not(:first-child) { margin-left: 0; }
  .graphiql-container .graphiql-query-editor { flex-direction: column; }
  .graphiql-container .graphiql-toolbar { flex: none; display: flex; width: auto; padding: 12px 0 0; }
  .graphiql-container .graphiql-toolbar > * + * { margin: 0 0 0 8px; }
  .graphiql-container .graphiql-main { min-height: 0; }
  .graphiql-container .graphiql-sessions { margin: 0 8px; }
  .graphiql-logo, .graphiql-horizontal-drag-bar, .graphiql-toggle-editor-tools { display: none !important; }
  .graphiql-main > :first-child, .graphiql-session > *, .graphiql-editors > * {
    position: static !important;
    flex: 1 1 auto !important;
    width: auto !important;
    min-width: 0 !important;
    height: auto !important;
    min-height: 0;
    opacity: 1 !important;
  }
  .graphiql-editors > :nth-child(2) { flex: none !important; }

  body:not([data-pane='docs']) .graphiql-main > :first-child,
  [data-pane='docs'] .graphiql-sessions,
  :is([data-pane='editor'], [data-pane='inputs']) .graphiql-session > :last-child,
  [data-pane='response'] .graphiql-session > :first-child,
  [data-pane='editor'] .graphiql-editors > :not(:first-child),
  [data-pane='inputs'] .graphiql-editors > :first-child { display: none !important; }
}

@media (prefers-color-scheme: dark) {
  body { background: hsl(219, 29%, 18%); }
  .note, .panes button { color: hsl(219, 29%, 78%); }
}
`;
