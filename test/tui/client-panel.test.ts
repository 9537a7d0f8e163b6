import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeId } from '../../src/raft/index.js';
import { clientLines } from '../../src/tui/client-panel.js';
import type { ClientExchange } from '../../src/tui/scene.js';
import { healthy } from './fixtures.js';
import { checkPictures, sceneOf, textOf } from './panel-fixtures.js';

function exchange(
  node: string,
  command: string,
  reply: readonly string[],
  isFailure = false,
): ClientExchange {
  return { node: nodeId(node), command, reply, isFailure };
}

const transcript = [
  exchange('n1', 'set greeting "hello, world"', ['OK']),
  exchange('n1', 'keys *', ['1) "greeting"', '2) 1) "nested"', '   2) "array"']),
  exchange('n2', 'set a 1', ['(error) not leader, leader is n1 at 127.0.0.1:5379'], true),
  exchange('n1', 'get long', [`"${'long '.repeat(40)}"`]),
];

test('commands and replies are shown as redis-cli does, failures with a mark', () => {
  const scene = sceneOf(healthy(), { transcript, focus: 'client' });
  checkPictures('client', clientLines, scene, 10);
});

test('the newest exchange is at the bottom, and scrolling shows older ones', () => {
  assert.equal(
    textOf(clientLines(sceneOf(healthy(), { transcript: transcript.slice(0, 3) }), 60, 2)).split(
      '\n',
    )[1],
    '✗ (error) not leader, leader is n1 at 127.0.0.1:5379',
  );
  const scene = sceneOf(healthy(), { transcript, scroll: { client: 6 } });
  assert.match(
    textOf(clientLines(scene, 60, 3)),
    /6 lines back ─+\n2\) 1\) "nested"\n {3}2\) "array"$/,
  );
});

test('before the first command there is a hint on how to send one', () => {
  assert.match(textOf(clientLines(sceneOf(healthy()), 60, 3)), /\n: sends a command to n1/);
});

test('a long reply shows its beginning and counts the missing lines', () => {
  const reply = Array.from({ length: 1000 }, (_, at) => `${at + 1}) "x"`);
  const scene = sceneOf(healthy(), { transcript: [exchange('n1', 'keys *', reply)] });
  assert.match(textOf(clientLines(scene, 60, 3)), /\n200\) "x"\nand 800 more lines$/);
});

test('control characters in commands and replies do not corrupt the screen', () => {
  const evil = exchange('n1', 'get \x1b[2J', ['"\x1b[2J\x07"'], true);
  const [, command, reply] = textOf(
    clientLines(sceneOf(healthy(), { transcript: [evil] }), 60, 3),
  ).split('\n');
  assert.equal(command, 'n1> get [2J');
  assert.equal(reply, '✗ " [2J "');
});
