// cspell:ignore Adlm Gujr Hebr Khmr Knda Mand Mlym Mymr Nkoo Orya Rohg Samr Syrc Taml Telu Thaa Tibt
/** The scripts in which a joiner changes how letters look (UAX 31, section 2.3), and the scripts from right to left. */
const joining =
  'Arab Beng Deva Gujr Guru Khmr Knda Mlym Mong Mymr Nkoo Orya Rohg Sinh Syrc Taml Telu Tibt'.split(' ');
export const rightToLeft = 'Adlm Arab Hebr Mand Nkoo Rohg Samr Syrc Thaa'.split(' ');

/** Returns a pattern that matches a character of these scripts. */
export const ofScripts = (scripts: string[]) =>
  `[${scripts.map((script) => String.raw`\p{scx=${script}}`).join('')}]`;

/** Returns a pattern that matches a position after or before a letter, a mark or a digit of these scripts. */
const beside = (scripts: string[], look: '?<=' | '?=') =>
  String.raw`(${look}[\p{L}\p{M}\p{Nd}])(${look}${ofScripts(scripts)})`;

/**
 * A pattern that matches a joiner where writing needs it: within a word in Persian, Hindi and others (a simple form of
 * UAX 31, rules A1, A2 and B), and between two emoji (UTS 51).
 */
export const joiner = [
  String.raw`${beside(joining, '?<=')}[\u200c\u200d]${beside(joining, '?=')}`,
  String.raw`(?<=\p{ExtPict}[\p{EMod}\ufe0f]?)\u200d(?=\p{ExtPict})`,
].join('|');
