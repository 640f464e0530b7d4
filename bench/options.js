import { parseArgs } from 'node:util';

/**
 * Reads whole numbers from the command line: `--seconds 2`, or `--seconds=2`.
 * @template {string} Name
 * @param {Record<Name, { default: number, max: number }>} known
 * @returns {Record<Name, number>}
 */
export function readOptions(known) {
  const names = /** @type {Name[]} */ (Object.keys(known));
  const options = Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ('string') }]));
  try {
    const { values } = parseArgs({ options });
    const numbers = names.map((name) => [
      name,
      wholeNumber(name, values[name] ?? known[name].default, known[name].max),
    ]);
    return Object.fromEntries(numbers);
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exit(2);
  }
}

/** @param {string} name @param {unknown} value @param {number} max */
function wholeNumber(name, value, max) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > max) {
    throw new Error(`--${name} must be a whole number from 1 to ${max}`);
  }
  return number;
}
