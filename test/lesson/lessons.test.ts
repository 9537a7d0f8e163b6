/** Tests of the form of all lessons; test/e2e/lesson.test.ts runs them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lessonNamed, lessons } from '../../src/lesson/index.js';

test('every lesson has a unique name, 3 to 7 steps, and 2 to 5 sentences per step', () => {
  assert.equal(new Set(lessons.map(({ name }) => name)).size, lessons.length);
  for (const { name, teaches, steps } of lessons) {
    assert.ok(steps.length >= 3 && steps.length <= 7, name);
    assert.match(teaches, /^[^.]+\.$/, name);
    for (const { instructions } of steps) {
      const sentences = instructions.split(/[.?!](?= |$)/).length - 1;
      assert.ok(sentences >= 2 && sentences <= 5, `${name}: ${instructions}`);
      assert.doesNotMatch(instructions, / {2}|^ | $/, name);
    }
  }
});

test('an unknown lesson is a usage error that lists the lessons', () => {
  assert.equal(lessonNamed('election').title, 'Who leads, and why only one?');
  assert.throws(() => lessonNamed('elections'), {
    code: 'LETO_BAD_OPTION',
    message: /^there is no lesson elections; choose one of first-write, election, /,
  });
});
