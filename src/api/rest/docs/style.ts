/** The text of docs.css, which styles the page around Swagger UI. */
export const style = `
html, body { margin: 0; }
.note { margin: 0; padding: 2rem; font: 1rem system-ui, sans-serif; color: hsl(219, 28%, 32%); }
.swagger-ui .info { margin: 32px 0; }
.swagger-ui .info hgroup.main { margin-bottom: 16px; }
.swagger-ui .scheme-container { margin-bottom: 8px; padding: 16px 0; }
.swagger-ui .scheme-container .schemes { align-items: flex-end; }
.swagger-ui .scheme-container .auth-wrapper { flex-wrap: wrap; align-items: flex-end; gap: 12px; }
.swagger-ui .scheme-container .auth-wrapper { justify-content: flex-end; }
.swagger-ui .headers { display: flex; flex-wrap: wrap; gap: 12px; }
.swagger-ui .headers label { margin: 0; }
.dark-mode .swagger-ui .headers label { color: inherit; }
.swagger-ui .headers input { display: block; box-sizing: border-box; width: 14em; max-width: 100%; margin: 4px 0 0; }
.swagger-ui .headers input[name='x-tenantid'] { width: 26em; }
.swagger-ui table.parameters td.parameters-col_name { width: 11em; padding-right: 1em; }
.swagger-ui .parameter__name { white-space: nowrap; }
.swagger-ui .parameters-col_description input[type='text'] { max-width: 100%; width: 24em; }

@media (max-width: 640px) {
  .swagger-ui .scheme-container .auth-wrapper { justify-content: flex-start; }
  .swagger-ui .opblock-tag { flex-wrap: wrap; }
  .swagger-ui .opblock-tag small { flex-basis: 100%; order: 1; padding: 4px 0 0; }
  .swagger-ui table.parameters, .swagger-ui table.parameters :is(tbody, tr, td) { display: block; }
  .swagger-ui table.parameters td { box-sizing: border-box; width: 100%; padding-bottom: 8px; }
  .swagger-ui table.parameters thead { display: none; }
  .swagger-ui table.parameters td input[type='text'] { box-sizing: border-box; min-width: 0; width: 100%; }
  .swagger-ui .table-container, .swagger-ui .responses-inner { overflow-x: auto; }
}

@media (prefers-color-scheme: dark) {
  .note { color: hsl(219, 29%, 78%); }
}
`;
