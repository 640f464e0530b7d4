/** The text of token.css, which styles the form for an access token. */
export const style = `
form.token {
  display: flex;
  flex: none;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 12px;
  padding: 12px 16px;
  border-bottom: 1px solid hsl(40, 60%, 70%);
  background: hsl(45, 90%, 93%);
  color: hsl(219, 28%, 22%);
  font: 0.95rem/1.4 system-ui, sans-serif;
}
form.token p { flex: 1 1 24em; margin: 0; }
form.token code { font: 0.9em ui-monospace, monospace; white-space: nowrap; }
form.token label { display: flex; flex: 1 1 16em; align-items: center; gap: 8px; white-space: nowrap; }
form.token input { flex: 1; box-sizing: border-box; min-width: 6em; }
form.token :is(input, button) {
  min-height: 36px;
  padding: 4px 10px;
  border: 1px solid hsl(219, 15%, 60%);
  border-radius: 6px;
  background: hsl(0, 0%, 100%);
  color: inherit;
  font: inherit;
}
form.token button { cursor: pointer; font-weight: 600; }

@media (prefers-color-scheme: dark) {
  form.token { border-color: hsl(40, 30%, 35%); background: hsl(40, 30%, 18%); color: hsl(45, 40%, 90%); }
  form.token :is(input, button) { border-color: hsl(40, 15%, 45%); background: hsl(40, 20%, 12%); }
}
`;
