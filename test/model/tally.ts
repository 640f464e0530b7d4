/** How often something was acknowledged, by the action of its event. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(action: string): void {
    this.counts.set(action, this.of(action) + 1);
  }

  of(action: string): number {
    return this.counts.get(action) ?? 0;
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}
