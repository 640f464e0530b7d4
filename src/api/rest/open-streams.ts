import { AppError } from '../../platform/errors.js';

/** Each holds a part in memory until its client has taken it, and nobody says how soon that is. */
const mostPerCaller = 4;

/** How many files each caller is being sent. */
export class OpenStreams {
  private readonly open = new Map<string, number>();

  /** @returns what is to be called at its end @throws AppError RATE_LIMITED */
  begin(caller: string): () => void {
    const count = this.open.get(caller) ?? 0;
    if (count >= mostPerCaller) {
      throw new AppError('RATE_LIMITED', {
        message: `You are being sent ${count} files already: wait until one is complete`,
        details: { limit: mostPerCaller, count },
        headers: { 'retry-after': '10' },
      });
    }
    this.open.set(caller, count + 1);
    return () => this.end(caller);
  }

  private end(caller: string): void {
    const left = (this.open.get(caller) ?? 0) - 1;
    if (left > 0) this.open.set(caller, left);
    else this.open.delete(caller);
  }
}
