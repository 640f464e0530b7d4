/** Counts how often something happens, for example each action of the audit log. */
export class Counter {
  private readonly counts = new Map<string, number>();

  add(what: string): void {
    this.counts.set(what, this.of(what) + 1);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  toString(): string {
    const rows = [...this.counts].sort();
    return rows.map(([what, count]) => `  ${`${count}`.padStart(6)}  ${what}`).join('\n');
  }
}
