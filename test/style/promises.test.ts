import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/**
 * What anybody may expect of a Raft store, by subject: elections (E), replication and commit (R),
 * snapshots (S), persistence (P), membership (M), clients (C). A test names what it proves in its
 * title, as in `[E6]`.
 */
const promises = { E: 13, R: 11, S: 8, P: 7, M: 6, C: 10 } as const;

const sources = new URL('../../../test/', import.meta.url).pathname;

function provenPromises(): Set<string> {
  const proven = new Set<string>();
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.test.ts')) continue;
    const text = readFileSync(join(sources, name), 'utf8');
    for (const [, promise] of text.matchAll(/\[([ERSPMC]\d+)\]/g)) proven.add(promise ?? '');
  }
  return proven;
}

test('every promise is proven by a test that names it', () => {
  const proven = provenPromises();
  const missing = Object.entries(promises).flatMap(([subject, count]) =>
    Array.from({ length: count }, (_, at) => `${subject}${at + 1}`).filter(
      (promise) => !proven.has(promise),
    ),
  );
  assert.deepEqual(missing, []);
});
