/**
 * The test reporter: prints each failure in full as it happens, and at the end the output of the
 * files that failed and `N passed, N failed`. The output of other files is dropped.
 */

import type { TestEvent } from 'node:test/reporters';

type Result = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;
type Output = Extract<TestEvent, { type: 'test:stdout' | 'test:stderr' }>;

/** How many characters of the output of a test file are kept in case that it fails. */
const printedCharsMax = 20_000;

export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const results = new Results();
  for await (const event of source) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') results.addOutput(event);
    if (event.type === 'test:pass' || event.type === 'test:fail') yield results.add(event);
  }
  yield results.summary();
}

class Results {
  #passedCount = 0;
  readonly #skipped: string[] = [];
  readonly #failed: string[] = [];
  readonly #printed = new Map<string, string>();
  readonly #failedFiles = new Set<string>();

  addOutput({ data: { file = '', message } }: Output): void {
    const text = (this.#printed.get(file) ?? '') + message;
    this.#printed.set(file, text.slice(-printedCharsMax));
  }

  /** Returns the text to print at once. */
  add(result: Result): string {
    const { name, skip, file = '', details } = result.data;
    if (details.type === 'suite') return '';
    if (skip) this.#skipped.push(`skipped: ${name}: ${skip}\n`);
    else if (result.type === 'test:pass') this.#passedCount += 1;
    else {
      this.#failed.push(`failed: ${name} (${file})\n`);
      this.#failedFiles.add(file);
      return describeFailure(result);
    }
    return '';
  }

  summary(): string {
    const printed = [...this.#failedFiles]
      .filter((file) => this.#printed.has(file))
      .map((file) => `printed by ${file}:\n${this.#printed.get(file)}\n`);
    const counts = `${this.#passedCount} passed, ${this.#failed.length} failed\n`;
    return [...printed, ...this.#failed, ...this.#skipped, counts].join('');
  }
}

function describeFailure({ data }: Result): string {
  const { error } = data.details as { readonly error?: Error };
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `FAILED ${data.name}\n  in ${data.file}\n${text}\n\n`;
}
