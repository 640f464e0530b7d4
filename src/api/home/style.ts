/** The text of home.css, which styles the home page. */
export const style = `
:root { color-scheme: light dark; --text: #2b2840; --faint: #5d5877; --accent: #5546b8; --line: #dcd9ea; --card: #fff; }
body { margin: 0; background: #f6f5fb; color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { box-sizing: border-box; max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 8vw, 5rem) 1rem; }
h1 { display: flex; align-items: center; gap: 0.75rem; margin: 0; }
h1 { font-size: clamp(1.4rem, 6vw, 2rem); line-height: 1.2; }
h1 svg { flex: none; width: 2.5rem; }
p { margin: 0.75rem 0 2rem; color: var(--faint); }
ul { display: grid; gap: 0.75rem; margin: 0; padding: 0; list-style: none; }
li {
  position: relative;
  padding: 0.9rem 1.1rem;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--card);
  overflow-wrap: anywhere;
}
li:hover { border-color: var(--accent); }
a { color: var(--accent); font-weight: 600; text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
a:focus-visible { outline: none; }
a::after { position: absolute; inset: 0; border-radius: 0.75rem; content: ''; }
a:focus-visible::after { outline: 3px solid var(--accent); outline-offset: 2px; }
li span { display: block; color: var(--faint); }

@media (min-width: 40rem) {
  ul { grid-template-columns: 1fr 1fr; }
}

@media (prefers-color-scheme: dark) {
  :root { --text: #eceaf6; --faint: #b1abcb; --accent: #b5a9ff; --line: #39345a; --card: #221f36; }
  body { background: #17152a; }
}
`;
