/** The samples of a scrape by name and labels, as the text has them. */
export type Samples = ReadonlyMap<string, number>;

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const patterns = {
  help: new RegExp(`^# HELP (${name}) \\S.*$`),
  type: new RegExp(`^# TYPE (${name}) (counter|gauge|histogram|summary|untyped)$`),
  sample: new RegExp(`^(${name})(?:\\{(${label}(?:,${label})*)\\})? (\\S+)$`),
};

/**
 * Reads Prometheus's text format, version 0.0.4, strictly: each metric has one HELP and one TYPE, its samples follow
 * immediately, and no sample is repeated.
 * @throws Error that quotes the wrong line
 */
export function parseSamples(text: string): Samples {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const samples = new Map<string, number>();
  const seen = new Set<string>();
  let metric = '';
  let type = '';
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const help = patterns.help.exec(line);
    const typed = patterns.type.exec(line);
    const sample = patterns.sample.exec(line);
    if (help) {
      metric = help[1] ?? '';
      type = '';
      if (seen.has(metric)) throw new Error(`twice: ${line}`);
      seen.add(metric);
    } else if (typed) {
      if (typed[1] !== metric || type !== '') throw new Error(`not after its HELP: ${line}`);
      type = typed[2] ?? '';
    } else if (sample) {
      const [, sampleName = '', labels = '', value = ''] = sample;
      const suffix = sampleName.slice(metric.length);
      const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!sampleName.startsWith(metric) || !suffixes.includes(suffix)) throw new Error(`astray: ${line}`);
      const key = labels === '' ? sampleName : `${sampleName}{${labels}}`;
      if (samples.has(key) || !isNumber(value)) throw new Error(`no sample: ${line}`);
      samples.set(key, Number(value.replace('Inf', 'Infinity')));
    } else {
      throw new Error(`neither a comment nor a sample: ${line}`);
    }
  }
  return samples;
}

const isNumber = (value: string) => /^[+-]?(Inf|\d+(\.\d+)?(e[+-]?\d+)?)$/i.test(value);
