import { type ValidationError, validate } from 'class-validator';
import { type AppError, invalidField } from '../errors.js';

/**
 * Checks an input object by its class-validator decorators.
 * @throws AppError BAD_USER_INPUT that names the first field that is wrong
 */
export async function validateInput(input: unknown): Promise<void> {
  if (typeof input !== 'object' || input === null) return;
  const [fault] = await validate(input, { forbidUnknownValues: false, stopAtFirstError: true });
  if (fault) throw toAppError(fault);
}

function toAppError(fault: ValidationError, path: string[] = []): AppError {
  const field = [...path, fault.property];
  const [inner] = fault.children ?? [];
  if (inner) return toAppError(inner, field);
  return invalidField(field.join('.'), Object.values(fault.constraints ?? {}).join(', '));
}
