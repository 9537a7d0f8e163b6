/** Of many, so many are told: one broken node differs in every entry. */
const toldMax = 20;

/** What differed and where, for a reader. */
export class Differences {
  readonly #told: string[] = [];
  #count = 0;

  /** The first of them, and how many more there are. */
  get told(): readonly string[] {
    const more = this.#count - this.#told.length;
    return more === 0 ? this.#told : [...this.#told, `and ${more} more`];
  }

  add(...differences: readonly string[]): void {
    this.#count += differences.length;
    this.#told.push(...differences.slice(0, toldMax - this.#told.length));
  }
}
