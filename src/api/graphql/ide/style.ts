/** The text of ide.css, which styles the page around GraphiQL. */
export const style = `
html, body, #app { height: 100%; margin: 0; }
body { background: hsl(219, 28%, 97%); }
.note { margin: 0; padding: 2rem; font: 1rem system-ui, sans-serif; color: hsl(219, 28%, 32%); }
.graphiql-logo { white-space: nowrap; }

@media (prefers-color-scheme: dark) {
  body { background: hsl(219, 29%, 18%); }
  .note { color: hsl(219, 29%, 78%); }
}
`;
