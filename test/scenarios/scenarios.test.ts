import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { replay } from './transcript.js';

const folder = new URL('../../../test/scenarios/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

test('the scenarios are found', () => {
  assert.ok(names.length >= 20, `${names.length} of them`);
});

for (const name of names) {
  const file = new URL(name, folder);
  const transcript = readFileSync(file, 'utf8');
  const [title = ''] = transcript.split('\n');

  test(`${name}: ${title.replace(/^# /, '')}`, () => {
    const played = replay(transcript);
    if (process.env.UPDATE_SCENARIOS === '1') writeFileSync(file, played);
    else assert.equal(played, transcript, 'see README.md for how to rewrite it');
  });
}
