import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, tableThatFits } from '../../src/tui/table.js';

const name: Column<string> = {
  title: 'name',
  columnsMin: 6,
  align: 'left',
  cell: (text) => ({ text }),
};
const size: Column<string> = {
  title: 'size',
  columnsMin: 1,
  align: 'right',
  cell: (text) => ({ text: String(text.length), tone: 'strong' }),
};

function textOf(table: ReturnType<typeof tableThatFits>): string[] {
  return [table.head, ...table.body.map((line) => line.map(({ text }) => text).join(''))];
}

test('columns are as wide as their title, cells and minimum width require', () => {
  const rows = ['ab', 'a long name'];
  assert.deepEqual(textOf(tableThatFits([[name, size]], rows, 80)), [
    'name        size',
    'ab             2',
    'a long name   11',
  ]);
  assert.deepEqual(textOf(tableThatFits([[name, size]], ['ab'], 80)), [
    'name   size',
    'ab        2',
  ]);
});

test('the widest layout that fits is used, or the narrowest when none fits', () => {
  const forms = [[name, size, size], [name, size], [name]];
  assert.equal(tableThatFits(forms, ['ab'], 16).head, 'name   size size');
  assert.equal(tableThatFits(forms, ['ab'], 15).head, 'name   size');
  assert.equal(tableThatFits(forms, ['ab'], 10).head, 'name  ');
  assert.equal(tableThatFits(forms, ['ab'], 2).head, 'name  ');
});

test('a cell keeps its tone', () => {
  assert.equal(tableThatFits([[size]], ['ab'], 80).body[0]?.[0]?.tone, 'strong');
});
