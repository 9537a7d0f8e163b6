/** The log of `leto`: levels, fields, and that values never appear in it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanLine, LetoLog, type LogLevel, logLevels } from '../../src/cli/leto/log.js';
import { nodeId } from '../../src/control/index.js';
import { toCommandActivity } from '../../src/server/node-activity.js';

const id = nodeId('id1');

function linesAt(level: LogLevel, use: (log: LetoLog) => void): string[] {
  const lines: string[] = [];
  use(new LetoLog(id, level, (line) => lines.push(line)));
  return lines.map((line) => {
    const { time, node, msg } = JSON.parse(line);
    assert.equal(new Date(time).toISOString(), time);
    assert.equal(node, id);
    assert.equal(humanLine(line), `${time} ${msg}\n`);
    return msg;
  });
}

test('a log line of an event has its name and its fields', () => {
  let line = '';
  const log = new LetoLog(id, 'v', (written) => {
    line += written;
  });
  log.event({ type: 'becameLeader', term: 7 as never });
  const { time, ...rest } = JSON.parse(line);
  const msg = 'id1 won the election of term 7: a majority voted for it, so it leads';
  assert.deepEqual(rest, { level: 'info', node: 'id1', event: 'becameLeader', term: 7, msg });
});

test('each level logs what the levels before it log, and more', () => {
  const counts = logLevels.map(
    (level) =>
      linesAt(level, (log) => {
        log.notice('id1 runs');
        log.event({ type: 'warned', reason: 'so' });
        log.event({ type: 'transferFailed', term: 1 as never, target: id });
        log.observe({ type: 'peerConnected', peer: id });
        log.observe({ type: 'peerLost', peer: id });
        log.observe({ type: 'clientConnected', client: 1, from: '127.0.0.1:9' });
        log.observe({ type: 'clientDisconnected', client: 1 });
        log.observe(toCommandActivity(1, ['GET', 'a']));
      }).length,
  );
  assert.deepEqual(counts, [2, 3, 7, 8]);
});

const commands: readonly [words: readonly string[], text: string][] = [
  [['SET', 'a', 'secret'], 'set a'],
  [['set', 'a\r\nb', 'secret'], 'set a..b'],
  [['set', 'k'.repeat(100), 'secret'], `set ${'k'.repeat(64)}...`],
  [['MSET', 'a', 'secret', 'b', 'secret'], 'mset a'],
  [['AUTH', 'secret'], 'auth'],
  [['ECHO', 'secret'], 'echo'],
  [['HELLO', '3', 'AUTH', 'default', 'secret'], 'hello'],
  [['secret', 'secret'], 'an unknown command'],
  [['get'], 'get'],
];

for (const [words, text] of commands) {
  test(`the log shows ${JSON.stringify(words).slice(0, 40)} as: ${text.slice(0, 20)}`, () => {
    const lines = linesAt('trace', (log) => log.observe(toCommandActivity(7, words)));
    assert.deepEqual(lines, [`id1's client 7 sent ${text}`]);
  });
}
