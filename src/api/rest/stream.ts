import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { AppError } from '../../platform/errors.js';
import type { FileStream, Variables } from './route.js';
import type { Answer } from './shape-answer.js';

/**
 * Answers with a file, part after part, each of which is read when the client has taken the one before.
 * @param read runs the operation, whose answer is the text of a part and where the next one begins
 * @throws AppError as long as nothing has been sent. What fails later breaks the connection off, so that nobody takes
 * what has come for the whole; by then it has been logged.
 */
export async function streamFile(
  { mediaType, filename }: FileStream,
  read: (variables: () => Variables) => Promise<Answer>,
  variables: () => Variables,
  request: Request,
  response: Response,
): Promise<void> {
  let asked: Variables = {};
  const first = await read(() => {
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
      part = await read(() => ({ ...asked, after: next })).catch((error) => {
        // To HTTP/1.0 a connection that is closed in order is the end of the file (RFC 9112, section 6.3).
        request.socket.resetAndDestroy();
        throw error;
      });
    }
  }
  await pipeline(parts, response).catch(() => {});
}

/** An open stream holds a part in memory until its client has taken it, however long that takes. */
const maxPerCaller = 4;

/** Counts the files that each caller is being sent. */
export class OpenStreams {
  private readonly counts = new Map<string, number>();

  /** @returns a function to call when the stream has ended @throws AppError RATE_LIMITED */
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
