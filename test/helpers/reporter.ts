import type { TestEvent } from 'node:test/reporters';

type Result = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

/** Each failure in full as it comes, and at the end `N passed, N failed`. */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tally = { passed: 0, skipped: 0, failed: [] as string[] };
  for await (const event of source) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield event.data.message;
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    if (event.data.details.type === 'suite') continue;
    if (event.data.skip) tally.skipped += 1;
    else if (event.type === 'test:pass') tally.passed += 1;
    else {
      tally.failed.push(`failed: ${event.data.name} (${event.data.file})\n`);
      yield describeFailure(event);
    }
  }
  yield* tally.failed;
  if (tally.skipped > 0) yield `${tally.skipped} skipped\n`;
  yield `${tally.passed} passed, ${tally.failed.length} failed\n`;
}

function describeFailure({ data }: Result): string {
  const { error } = data.details as { readonly error?: Error };
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `FAILED ${data.name}\n  in ${data.file}\n${text}\n\n`;
}
