/** The progress bar of `stress` and `bench`, with and without a terminal. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressBar } from '../../src/cli/cluster/progress-bar.js';

function shown(isTTY: boolean): string[] {
  const texts: string[] = [];
  const bar = new ProgressBar({ isTTY, write: (text) => texts.push(text) });
  bar.show({ step: 'electing', done: 0, total: 0 });
  for (let done = 0; done <= 400; done += 1) bar.show({ step: 'inserting', done, total: 400 });
  bar.end();
  return texts;
}

test('on a terminal the bar is overwritten once per percent, and cleared at the end', () => {
  const texts = shown(true);
  assert.equal(texts.length, 1 + 101 + 1);
  assert.equal(texts[0], '\r\x1b[Kelecting');
  assert.equal(texts[26], '\r\x1b[Kinserting [######------------------]  25 %');
  assert.equal(texts.at(-1), '\r\x1b[K');
});

test('without a terminal a few plain lines are printed', () => {
  const quarters = [0, 25, 50, 75, 100].map(
    (percent) => `inserting ${`${percent}`.padStart(3)} %\n`,
  );
  assert.deepEqual(shown(false), ['electing\n', ...quarters]);
});
