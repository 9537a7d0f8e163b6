import type { TestEvent } from 'node:test/reporters';

interface Failure {
  readonly name: string;
  readonly file: string;
  readonly error: string;
}

/** One line a file while it runs, each failure in full, and at the end `N passed, N failed`. */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let skipped = 0;
  const failures: Failure[] = [];
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message;
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file = '', details, skip } = event.data;
    if (details.type === 'suite') continue;
    if (skip) skipped += 1;
    if (event.type === 'test:pass') {
      passed += skip ? 0 : 1;
      continue;
    }
    const error = (event.data.details as { error?: { cause?: unknown } }).error;
    const cause = error?.cause ?? error;
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    failures.push({ name, file, error: text });
    yield `FAILED ${name}\n  in ${file}\n${text}\n\n`;
  }
  for (const failure of failures) yield `failed: ${failure.name} (${failure.file})\n`;
  if (skipped > 0) yield `${skipped} skipped\n`;
  yield `${passed} passed, ${failures.length} failed\n`;
}
