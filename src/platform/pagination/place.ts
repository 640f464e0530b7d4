import { z } from 'zod';

/** A time in a cursor. */
export const timePlace = z.iso.datetime().transform((text) => new Date(text));

/** A text in a cursor. PostgreSQL takes no NUL in one. */
export const textPlace = z.string().regex(/^\P{Cc}*$/u);
