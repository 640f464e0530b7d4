import { invalidField } from '../errors.js';

/**
 * Returns the query of a URL, without the question mark. The request line may contain any URL before it (RFC 9112,
 * section 3.2.2).
 */
export const queryOf = (url: string): string => url.split('?').slice(1).join('?');

/**
 * Reads the parameters of a query strictly.
 * @returns every parameter with all of its values
 * @throws AppError BAD_USER_INPUT that names the first parameter whose encoding is invalid
 */
export function readQueryString(query: string): Map<string, string[]> {
  const fault = findEncodingFault(query);
  if (fault) throw invalidField(...fault);
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

/**
 * Finds the first parameter of a query or a form whose percent-encoding is invalid. URLSearchParams, querystring and qs
 * would replace bytes that are not UTF-8, and the request would be about another value.
 * @returns the name of the parameter, or `query` if the name itself is invalid, and a description of the fault
 */
export function findEncodingFault(parameters: string): [string, string] | undefined {
  if (!parameters.includes('%')) return undefined;
  for (const parameter of parameters.split('&')) {
    const fault = encodingFault(parameter);
    if (!fault) continue;
    const [name = ''] = parameter.split('=', 1);
    return [/^[\w.-]+$/.test(name) ? name : 'query', fault];
  }
  return undefined;
}

function encodingFault(text: string): string | undefined {
  try {
    decodeURIComponent(text);
    return undefined;
  } catch {
    return /%(?![\da-f]{2})/i.test(text)
      ? 'contains a percent sign without two hexadecimal digits after it; write a percent sign as %25'
      : 'contains percent-encoded bytes that are not UTF-8';
  }
}
