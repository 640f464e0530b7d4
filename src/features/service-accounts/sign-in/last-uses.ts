/** Milliseconds. Each row is written at most once in it. */
const pause = 60_000;

/** A use that is to be written. */
export interface Use {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** When things were last used, until that is written. Bounded, whatever the database does. */
export class LastUses {
  private readonly uses = new Map<string, number>();
  /** When each was written, the earliest first. */
  private readonly written = new Map<string, number>();

  /** @param most how many wait at most, and how many are written within a minute */
  constructor(private readonly most: number) {}

  /** @returns whether there was room for it */
  note(id: string, at: number): boolean {
    if (this.uses.size >= this.most && !this.uses.has(id)) return false;
    this.uses.set(id, at);
    return true;
  }

  /** What waits and may be written now. @param all also what was written within the last minute */
  due(now: number, all: boolean): Use[] {
    for (const [id, at] of this.written) {
      // A clock that was set back holds up nobody.
      if (at <= now && now < at + pause) break;
      this.written.delete(id);
    }
    const due: Use[] = [];
    for (const [id, at] of this.uses) {
      if (!all && this.written.size + due.length >= this.most) break;
      if (all || !this.written.has(id)) due.push({ id, at });
    }
    return due;
  }

  /** Of what was due. A use that has come meanwhile is left for the next minute. */
  wrote(uses: readonly Use[], now: number): void {
    for (const { id, at } of uses) {
      if (this.uses.get(id) === at) this.uses.delete(id);
      this.written.delete(id);
      this.written.set(id, now);
    }
  }
}
