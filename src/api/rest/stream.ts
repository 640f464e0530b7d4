import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Context } from '../../platform/context.js';
import { AppError } from '../../platform/errors.js';
import type { FileStream, Variables } from './route.js';
import type { Answer } from './shape-answer.js';

/**
 * Responds with a file in several parts. Each part is read when the client has received the part before it, with a new
 * context, so that the file ends when the token expires or becomes invalid.
 * @param read runs the operation, whose result is the text of a part and the position of the next part
 * @throws AppError if the first part cannot be read. If a later part fails, the connection is reset, so that the client
 *   cannot mistake an incomplete file for the whole file. The error is already logged at that point.
 */
export async function streamFile(
  { mediaType, filename }: FileStream,
  context: Promise<Context>,
  read: (context: Promise<Context>, variables: () => Variables) => Promise<Answer>,
  variables: () => Variables,
  response: Response,
): Promise<void> {
  const { req: request } = response;
  let asked: Variables = {};
  const first = await read(context, () => {
    asked = variables();
    return asked;
  });

  response.set({
    'content-type': mediaType,
    'content-disposition': `attachment; filename="${filename}"`,
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  async function* parts() {
    for (let part = first; ; ) {
      if (part.data !== '') yield part.data;
      if (!part.page?.hasMore) return;
      const { next } = part.page;
      const current = (await context).renewed();
      part = await read(current, () => ({ ...asked, after: next })).catch((error) => {
        // In HTTP/1.0, an orderly close of the connection marks the end of the file (RFC 9112, section 6.3).
        request.socket.resetAndDestroy();
        throw error;
      });
    }
  }
  await pipeline(parts, response).catch(() => {});
}

/**
 * The maximum number of open streams per caller. A stream keeps one part in memory until its client has received the
 * part, which can take any time.
 */
const maxPerCaller = 4;

/** Counts the open streams of each caller. */
export class OpenStreams {
  private readonly counts = new Map<string, number>();

  /**
   * @returns a function to call when the stream has ended
   * @throws AppError RATE_LIMITED
   */
  begin(caller: string): () => void {
    const count = this.counts.get(caller) ?? 0;
    if (count >= maxPerCaller) {
      throw new AppError('RATE_LIMITED', {
        message: `This caller already has ${count} exports in progress. Wait until one of them is complete.`,
        details: { limit: maxPerCaller, count },
        headers: { 'retry-after': '10' },
      });
    }
    this.counts.set(caller, count + 1);
    return () => this.end(caller);
  }

  private end(caller: string): void {
    const left = (this.counts.get(caller) ?? 0) - 1;
    if (left > 0) this.counts.set(caller, left);
    else this.counts.delete(caller);
  }
}
