import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/** UPDATE_GOLDENS=1 rewrites them: read the difference before it is kept. */
const isUpdating = process.env.UPDATE_GOLDENS === '1';

const folder = new URL('../../../test/tui/goldens/', import.meta.url);

export function checkGolden(name: string, screen: string): void {
  const file = new URL(`${name}.txt`, folder);
  if (isUpdating) writeFileSync(file, `${screen}\n`);
  assert.equal(`${screen}\n`, readFileSync(file, 'utf8'), `${name} is not what the golden shows`);
}
