import type { AnyRoute, Documented } from '../route.js';

/** What the document is made of: a row that is answered in the envelope, or one that is answered with a file. */
export interface DocumentedRow
  extends Documented,
    Pick<AnyRoute, 'method' | 'path' | 'operation' | 'parameters'> {
  message?: string;
  data?: (result: never) => unknown;
  page?: unknown;
  secret?: true;
  stream?: { mediaType: string; part: (result: never) => { text: string } };
}
