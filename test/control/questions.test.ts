import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkQuestion, keysAskedMax, type Question } from '../../src/control/index.js';

const log = { type: 'log', node: 'n1', from: null, to: null } as const;
const keys = { type: 'keys', node: 'n1', prefix: '', max: 10 } as const;

for (const question of [
  log,
  { ...log, from: 1, to: 1 },
  { ...log, to: 5 },
  { type: 'lines', node: 'n1' },
  { ...keys, max: keysAskedMax },
] satisfies Question[]) {
  test(`${JSON.stringify(question)} is accepted`, () => checkQuestion(question));
}

for (const question of [
  { ...log, from: 0 },
  { ...log, to: 1.5 },
  { ...log, from: 3, to: 2 },
  { ...keys, max: 0 },
  { ...keys, max: keysAskedMax + 1 },
] satisfies Question[]) {
  test(`${JSON.stringify(question)} is refused`, () => {
    assert.throws(() => checkQuestion(question), { code: 'LETO_BAD_OPTION' });
  });
}
