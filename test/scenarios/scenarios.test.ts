/** Replays every transcript of this folder, and compares it with what the nodes do now. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { replay } from './transcript.js';

const folder = new URL('../../../test/scenarios/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

test('there are at least 20 scenarios', () => {
  assert.ok(names.length >= 20, `found ${names.length}`);
});

for (const name of names) {
  const file = new URL(name, folder);
  const transcript = readFileSync(file, 'utf8');
  const [title = ''] = transcript.split('\n');

  test(`${name}: ${title.replace(/^# /, '')}`, () => {
    const played = replay(transcript);
    if (process.env.UPDATE_SCENARIOS === '1') writeFileSync(file, played);
    else assert.equal(played, transcript, 'README.md tells how to update a transcript');
  });
}
