/** Collects differences for a report, and cuts the list short. */

/** How many differences are shown: one broken node may differ in every entry. */
const shownMax = 20;

export class Differences {
  readonly #shown: string[] = [];
  #count = 0;

  /** The first differences, and how many more there are. */
  get summary(): readonly string[] {
    const more = this.#count - this.#shown.length;
    return more === 0 ? this.#shown : [...this.#shown, `and ${more} more`];
  }

  add(...differences: readonly string[]): void {
    this.#count += differences.length;
    this.#shown.push(...differences.slice(0, shownMax - this.#shown.length));
  }
}
