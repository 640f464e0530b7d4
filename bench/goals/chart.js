/** @typedef {import('./rows.js').Row} Row */

/** The groups of bars, by the start of their rows' IDs. */
const groups = [
  { cell: 'rest16', title: 'Create an account over REST' },
  { cell: 'graphql16', title: 'Create an account over GraphQL' },
  { cell: 'list16', title: 'List 50 accounts with creator and tenant, over GraphQL' },
];

const width = 860;
/** Where the bars begin, and how long the longest one is. */
const bars = { left: 148, length: 590, height: 22 };
const top = 106;
const groupHeight = 108;
const height = top + groups.length * groupHeight + 12;

// An image does not see the theme of the page, so the chart has its own background for each theme.
const style = `
    text { font-family: -apple-system, BlinkMacSystemFont, Helvetica, Arial, sans-serif; font-size: 13px; fill: #1f2328; }
    .title { font-size: 17px; font-weight: 600; }
    .group { font-size: 14px; font-weight: 600; }
    .quiet { fill: #59636e; }
    .inside { fill: #ffffff; font-weight: 600; }
    .card { fill: #ffffff; stroke: #d1d9e0; }
    .grid { stroke: #d1d9e0; stroke-dasharray: 2 4; }
    .server { fill: #0969da; }
    .postgres { fill: #8250df; }
    .plain { opacity: 0.4; }
    .on-plain { fill: #1f2328; }
    .goal { fill: none; stroke: #1a7f37; stroke-width: 2; }
    .missed { stroke: #cf222e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .quiet { fill: #9198a1; }
      .inside { fill: #ffffff; }
      .card { fill: #0d1117; stroke: #3d444d; }
      .grid { stroke: #3d444d; }
      .server { fill: #1f6feb; }
      .postgres { fill: #8957e5; }
      .plain { opacity: 0.55; }
      .on-plain { fill: #f0f6fc; }
      .goal { stroke: #3fb950; }
      .missed { stroke: #f85149; }
    }`;

/**
 * Draws the CPU time of a creation and of a list as bars, the gateway beside the plain server. Below a bar of the
 * gateway stands the goal of each part.
 * @param {Row[]} rows
 * @returns {string} an SVG
 */
export function chartOf(rows) {
  const data = groups.map(({ cell, title }) => {
    /** @param {string} process */
    const find = (process) => rows.find(({ id }) => id === `${cell}-${process}`);
    return { title, server: find('server'), postgres: find('postgres') };
  });
  const totals = data.flatMap(({ server, postgres }) => [
    value(server) + value(postgres),
    value(server, 'plain') + value(postgres, 'plain'),
    goalOf(server) + goalOf(postgres),
  ]);
  const step = stepFor(Math.max(...totals));
  const most = Math.ceil(Math.max(...totals) / step) * step;
  /** @param {number} microseconds */
  const x = (microseconds) => Math.round((bars.length * microseconds) / most);

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">CPU time of a request, in microseconds</title>
  <desc id="description">${data.map(describe).join(' ')}</desc>
  <style>${style}
  </style>
  <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" />
  <text class="title" x="24" y="36">CPU time of a request, in microseconds</text>
${legend()}
${grid(most, step, x)}
${data.map((group, index) => draw(group, top + index * groupHeight, x)).join('\n')}
</svg>
`;
}

/** @typedef {{ title: string, server: Row | undefined, postgres: Row | undefined }} Group */

/** @param {Row | undefined} row @param {'measured' | 'plain'} [whose] */
const value = (row, whose = 'measured') => row?.[whose]?.median ?? 0;

/** @param {Row | undefined} row */
const goalOf = (row) => row?.goal?.than ?? 0;

/** Returns the distance between two lines of the grid: 1, 2 or 5 times a power of ten. @param {number} most */
function stepFor(most) {
  const power = 10 ** Math.floor(Math.log10(most / 4 || 1));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => most / step <= 6) ?? 10 * power;
}

function legend() {
  const y = 66;
  return `  <rect class="server" x="24" y="${y - 11}" width="13" height="13" rx="3" />
  <text x="44" y="${y}">server process</text>
  <rect class="postgres" x="158" y="${y - 11}" width="13" height="13" rx="3" />
  <text x="178" y="${y}">PostgreSQL</text>
  <path class="goal" d="M272 ${y - 2}h22v-8" />
  <text x="302" y="${y}">goal, reached</text>
  <path class="goal missed" d="M412 ${y - 2}h22v-8" />
  <text x="442" y="${y}">goal, not reached</text>
  <text class="quiet" x="${width - 24}" y="${y}" text-anchor="end">shorter is better</text>`;
}

/** @param {number} most @param {number} step @param {(microseconds: number) => number} x */
function grid(most, step, x) {
  const lines = [];
  for (let at = 0; at <= most; at += step) {
    const place = bars.left + x(at);
    lines.push(
      `  <path class="grid" d="M${place} ${top - 12}V${height - 18}" />
  <text class="quiet" x="${place}" y="${top - 17}" text-anchor="middle">${at}</text>`,
    );
  }
  return lines.join('\n');
}

/** @param {Group} group @param {number} y @param {(microseconds: number) => number} x */
function draw({ title, server, postgres }, y, x) {
  const [ours, plain] = [y + 24, y + 62];
  return `  <text class="group" x="24" y="${y + 12}">${title}</text>
${bar('this gateway', value(server), value(postgres), ours, x)}
${goals(server, postgres, ours + bars.height + 3, x)}
${bar('plain server', value(server, 'plain'), value(postgres, 'plain'), plain, x, 'plain')}`;
}

/**
 * @param {string} name @param {number} server @param {number} postgres @param {number} y
 * @param {(microseconds: number) => number} x @param {string} [more] a further class
 */
function bar(name, server, postgres, y, x, more = '') {
  const [first, second] = [x(server), x(postgres)];
  const middle = y + bars.height / 2 + 4.5;
  /** @param {number} at @param {number} length @param {number} amount */
  const label = (at, length, amount) =>
    length < 2 + 9 * `${amount}`.length
      ? ''
      : `\n  <text class="inside${more === '' ? '' : ' on-plain'}" x="${at + length / 2}" y="${middle}" text-anchor="middle">${amount}</text>`;
  const classes = more === '' ? '' : ` ${more}`;
  return `  <text x="${bars.left - 12}" y="${middle}" text-anchor="end"${more === '' ? '' : ' class="quiet"'}>${name}</text>
  <rect class="server${classes}" x="${bars.left}" y="${y}" width="${first}" height="${bars.height}" rx="3" />
  <rect class="postgres${classes}" x="${bars.left + first + 1}" y="${y}" width="${Math.max(0, second - 1)}" height="${bars.height}" rx="3" />${label(bars.left, first, server)}${label(bars.left + first, second, postgres)}
  <text x="${bars.left + first + second + 10}" y="${middle}">${server + postgres}</text>`;
}

/**
 * Draws the goal of the server process from the start of its bar. The goal of PostgreSQL begins where its bar begins.
 * @param {Row | undefined} server @param {Row | undefined} postgres @param {number} y
 * @param {(microseconds: number) => number} x
 */
function goals(server, postgres, y, x) {
  const starts = [bars.left, bars.left + x(value(server))];
  return [server, postgres]
    .map((row, index) =>
      row?.goal
        ? `  <path class="goal${row.reached ? '' : ' missed'}" d="M${starts[index]} ${y + 4}h${x(row.goal.than)}v-6" />`
        : '',
    )
    .filter(Boolean)
    .join('\n');
}

/** @param {Group} group */
function describe({ title, server, postgres }) {
  return `${title}: this gateway ${value(server)} and its PostgreSQL ${value(postgres)}; the plain server ${value(server, 'plain')} and its PostgreSQL ${value(postgres, 'plain')}.`;
}
