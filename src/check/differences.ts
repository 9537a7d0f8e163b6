/** Of many, so many are told: one broken node differs in every entry. */
const shownMax = 20;

/** What differed and where, for a reader. */
export class Differences {
  readonly #shown: string[] = [];
  #count = 0;

  /** The first of them, and how many more there are. */
  get summary(): readonly string[] {
    const more = this.#count - this.#shown.length;
    return more === 0 ? this.#shown : [...this.#shown, `and ${more} more`];
  }

  add(...differences: readonly string[]): void {
    this.#count += differences.length;
    this.#shown.push(...differences.slice(0, shownMax - this.#shown.length));
  }
}
