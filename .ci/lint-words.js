// Fails if a text contains a phrase of .ci/words.yml. It reads Markdown, the descriptions of the schema, comments, and
// strings of several words. If a phrase must stay, its line or the line before says why: "words-ok: <reason>".
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import jsTokens from 'js-tokens';
import prh from 'prh';

const words = prh.fromYAMLFilePath('.ci/words.yml');
const paths = ['*.md', '*.graphql', '*.ts', '*.js', '.env.example', '.ci/run', ':!src/generated'];
const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...paths];
const files = execFileSync('git', list, { encoding: 'utf8' }).trim().split('\n');

let count = 0;
for (const file of files.filter((name) => existsSync(name))) {
  const source = readFileSync(file, 'utf8');
  const lines = source.split('\n');
  for (const { index, matches, newText, rule } of words.makeChangeSet(file, prose(file, source)).diffs) {
    const before = source.slice(0, index).split('\n');
    const line = before.length;
    if (rule.raw.files && !new RegExp(rule.raw.files).test(file)) continue;
    if (/words-ok: \S/.test(`${lines[line - 2]}\n${lines[line - 1]}`)) continue;
    console.log(
      `${file}:${line}:${before.at(-1).length + 1} "${matches[0].replace(/\s+/g, ' ')}" => ${newText}`,
    );
    count++;
  }
}
console.log(`${files.length} files, ${count} phrases of .ci/words.yml`);
process.exitCode = count > 0 ? 1 : 0;

/** Replaces everything but prose by spaces, so that the rest keeps its place. */
function prose(file, source) {
  switch (extname(file)) {
    case '.md':
      return blank(source, /^( *)(`{3,}|~{3,})[\s\S]*?^\1\2|`[^`]*`|\]\(\S+\)|https?:\S+/gm);
    case '.graphql':
      return blank(only(source, found(source, /"""[\s\S]*?"""/g)), /"""|`[^`]*`/g);
    case '.ts':
    case '.js':
      return blank(only(source, texts(source)), /`[^`\n]*`|^ *(\/\/|\/?\*+\/?)/gm);
    default:
      return blank(only(source, found(source, /(?<=^|\s)#.*/g)), /#|`[^`\n]*`/g);
  }
}

/** The comments of a program, and its strings of several words. */
function* texts(source) {
  let index = 0;
  for (const { type, value } of jsTokens(source)) {
    if (type.endsWith('Comment')) yield [index, value];
    if (/String|Template/.test(type) && /\w \w/.test(value)) yield [index + 1, value.slice(1, -1)];
    index += value.length;
  }
}

function* found(source, pattern) {
  for (const match of source.matchAll(pattern)) yield [match.index, match[0]];
}

function only(source, pieces) {
  const spaces = blank(source, /\S/g);
  let kept = '';
  for (const [index, text] of pieces) kept += spaces.slice(kept.length, index) + text;
  return kept + spaces.slice(kept.length);
}

function blank(text, pattern) {
  return text.replace(pattern, (code) => code.replace(/\S/g, ' '));
}
