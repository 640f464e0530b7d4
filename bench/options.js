import { parseArgs } from 'node:util';

/**
 * Reads whole numbers from the command line: `--seconds 2`, or `--seconds=2`. An option without a default is optional.
 * @template {Record<string, { default?: number, max: number }>} Known
 * @param {Known} known
 * @returns {{ [Name in keyof Known]: Known[Name] extends { default: number } ? number : number | undefined }}
 */
export function readOptions(known) {
  const names = Object.keys(known);
  const options = Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ('string') }]));
  try {
    const { values } = parseArgs({ options });
    const numbers = Object.entries(known).map(([name, { default: usual, max }]) => {
      const value = values[name] ?? usual;
      return [name, value === undefined ? undefined : wholeNumber(name, value, max)];
    });
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
