// As they are before a test puts its own in their place.
const { setTimeout, clearTimeout } = globalThis;

/** Whoever waits for longer waits in vain: the test fails instead of hanging. */
const patienceMs = 20_000;

/** Something that a test waits for: each change looks whether a condition holds by now. */
export class Changes {
  readonly #looks = new Set<() => void>();

  readonly happened = (): void => {
    for (const look of [...this.#looks]) look();
  };

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(inVain(holds))), patienceMs);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        finish();
      };
      const look = () => {
        if (holds()) settle(resolve);
      };
      this.#looks.add(look);
      look();
    });
  }
}

function inVain(holds: () => boolean): Error {
  return new Error(`waited in vain until ${holds}`);
}
