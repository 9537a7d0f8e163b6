import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './source-files.js';

interface Row {
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

const none = /^(nothing|none)$/;

function words(cell: string): string[] {
  return none.test(cell) ? [] : cell.split(', ');
}

/** The table of folders in src/README.md. */
function mapOfHouse(): Record<string, Row> {
  const text = readFileSync(join(root, 'src/README.md'), 'utf8');
  const rows = text.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm);
  return Object.fromEntries(
    [...rows].map(([, folder = '', imports = '', packages = '']) => [
      folder,
      { imports: words(imports.trim()), packages: words(packages.trim()) },
    ]),
  );
}

test('the table of folders says what the layer tool enforces', async () => {
  const { layers, homes } = (await import(join(root, 'test/style/layers.mjs'))) as {
    readonly layers: Record<string, string[]>;
    readonly homes: Record<string, string[]>;
  };
  const enforced = Object.entries(layers).map(([folder, imports]) => {
    const packages = Object.keys(homes).filter((name) => homes[name]?.includes(folder));
    return [folder, { imports, packages }];
  });
  assert.deepEqual(mapOfHouse(), Object.fromEntries(enforced));
});
