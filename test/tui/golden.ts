/** Compares screens with the files in test/tui/goldens. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/** Set UPDATE_GOLDENS=1 to rewrite the goldens, and review the diff. */
const isUpdating = process.env.UPDATE_GOLDENS === '1';

const folder = new URL('../../../test/tui/goldens/', import.meta.url);

/** Asserts that `screen` equals the golden of that name. */
export function checkGolden(name: string, screen: string): void {
  const file = new URL(`${name}.txt`, folder);
  if (isUpdating) writeFileSync(file, `${screen}\n`);
  assert.equal(`${screen}\n`, readFileSync(file, 'utf8'), `${name} differs from its golden`);
}
