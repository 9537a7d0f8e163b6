/** Lets a test wait for a condition, which is checked after every change that it reports. */

// The real timers, taken before a test mocks them.
const { setTimeout, clearTimeout } = globalThis;

/** A wait that takes longer fails the test, instead of letting it hang. */
const timeoutMs = 20_000;

/** Checks the conditions that are waited for whenever `happened` is called. */
export class Changes {
  readonly #checks = new Set<() => void>();

  readonly happened = (): void => {
    for (const check of [...this.#checks]) check();
  };

  /** Resolves when `holds` returns true; rejects after 20 s. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(timeoutError(holds))), timeoutMs);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#checks.delete(check);
        finish();
      };
      const check = () => {
        if (holds()) settle(resolve);
      };
      this.#checks.add(check);
      check();
    });
  }
}

function timeoutError(holds: () => boolean): Error {
  return new Error(`timed out waiting until ${holds}`);
}
