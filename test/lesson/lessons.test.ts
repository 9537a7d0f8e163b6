import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lessonNamed, lessons } from '../../src/lesson/index.js';

test('lessons have names of their own, 3 to 7 steps, and 2 to 5 sentences a step', () => {
  assert.equal(new Set(lessons.map(({ name }) => name)).size, lessons.length);
  for (const { name, teaches, steps } of lessons) {
    assert.ok(steps.length >= 3 && steps.length <= 7, name);
    assert.match(teaches, /^[^.]+\.$/, name);
    for (const { instructions: words } of steps) {
      const sentences = words.split(/[.?!](?= |$)/).length - 1;
      assert.ok(sentences >= 2 && sentences <= 5, `${name}: ${words}`);
      assert.doesNotMatch(words, / {2}|^ | $/, name);
    }
  }
});

test('a lesson that there is not is a usage error that names those there are', () => {
  assert.equal(lessonNamed('election').title, 'Who leads, and why only one?');
  assert.throws(() => lessonNamed('elections'), {
    code: 'LETO_BAD_OPTION',
    message: /^there is no lesson elections; there are first-write, election, /,
  });
});
