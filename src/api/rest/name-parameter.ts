import { AppError } from '../../platform/errors.js';
import type { QueryParameter } from './query-parameters.js';

/**
 * Returns an error about the value of a query parameter with the name of that parameter. The operation names the field
 * that the parameter sets, such as `createdBy.id` for `createdBy`, or `labels.0.key` for `labels`.
 */
export function nameParameter(error: unknown, parameters: readonly QueryParameter[]): unknown {
  const field = error instanceof AppError && error.details?.field;
  if (typeof field !== 'string') return error;
  const { code, message, details, headers } = error as AppError;
  for (const { name, at } of parameters) {
    const path = at.replace(/^(filter|input)\./, '');
    if (field !== path && !field.startsWith(`${path}.`)) continue;
    const part = field.slice(path.length + 1).replace(/^\d+\.?/, '');
    const fault = message.replace(`${field}: `, part && `the ${part} `);
    return new AppError(code, {
      message: `${name}: ${fault}`,
      details: { ...details, field: name },
      headers,
    });
  }
  return error;
}
