import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { Call } from './call.js';
import type { Streamed } from './route.js';
import type { Execute } from './router.js';

type Row = Streamed<unknown, Record<string, unknown>>;

/**
 * Answers with a file, part after part, each of which is read when the client has taken the one before.
 * @throws AppError as long as nothing has been sent. What fails later breaks the connection off, so that nobody takes
 * what has come for the whole; by then it has been logged.
 */
export async function answerInParts(
  { operation, variables, stream }: Row,
  execute: Execute,
  call: () => Call,
  request: Request,
  response: Response,
): Promise<void> {
  let asked: Record<string, unknown> = {};
  const read = async (variablesOf: () => Record<string, unknown>) =>
    stream.part(await execute(operation, variablesOf));
  const first = await read(() => {
    asked = variables(call());
    return asked;
  });

  response.set({
    'content-type': stream.mediaType,
    'content-disposition': `attachment; filename="${stream.filename}"`,
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  async function* parts() {
    for (let part = first; ; ) {
      if (part.text !== '') yield part.text;
      if (!part.hasMore) return;
      const { next } = part;
      part = await read(() => ({ ...asked, after: next })).catch((error) => {
        // To HTTP/1.0 a connection that is closed in order is the end of the file (RFC 9112, section 6.3).
        request.socket.resetAndDestroy();
        throw error;
      });
    }
  }
  await pipeline(parts, response).catch(() => {});
}
