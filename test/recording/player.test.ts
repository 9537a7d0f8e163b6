import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Player } from '../../src/recording/index.js';
import { playbackSpeeds } from '../../src/recording/player.js';
import { eventLine, firstView, recordingOf } from './fixtures.js';

const lines = [
  { t: 5, view: firstView() },
  eventLine(34_000, 'n2', 'killed'),
  eventLine(60_000, 'n2', 'restarted'),
  eventLine(130_000, null, 'stopped'),
];

function play(context: Parameters<typeof recordingOf>[0], t = 0): Player {
  return new Player(recordingOf(context, lines), t);
}

test('playback runs at the recorded pace and stops at the end', (context) => {
  const player = play(context);
  player.advance(33_000);
  assert.equal(player.statusText(), 'REPLAY 0:33 / 2:10');
  assert.equal(player.view().events.length, 3);
  player.advance(1000);
  assert.equal(player.view().events.at(-1)?.event, 'killed');
  player.advance(1_000_000);
  assert.equal(player.statusText(), 'REPLAY 2:10 / 2:10 ended');
});

test('a pause stops playback, and playing at the end restarts it', (context) => {
  const player = play(context, 10_000);
  player.playOrPause();
  player.advance(5000);
  assert.equal(player.statusText(), 'REPLAY 0:10 / 2:10 paused');
  player.playOrPause();
  player.advance(5000);
  assert.equal(player.statusText(), 'REPLAY 0:15 / 2:10');
  player.toEnd();
  player.playOrPause();
  assert.equal(player.statusText(), 'REPLAY 0:00 / 2:10');
});

test('playback speed ranges from 0.1x to 16x', (context) => {
  const player = play(context);
  for (const _ of playbackSpeeds) player.faster();
  player.advance(1000);
  assert.equal(player.statusText(), 'REPLAY 0:16 / 2:10 16x');
  for (const _ of playbackSpeeds) player.slower();
  player.advance(10_000);
  assert.equal(player.statusText(), 'REPLAY 0:17 / 2:10 0.1x');
});

test('playback seeks by time, to the next event, and to either end', (context) => {
  const player = play(context, 40_000);
  player.moveBy(-10_000);
  assert.equal(player.view().events.length, 3);
  const moves = ['toNextEvent', 'toNextEvent', 'toNextEvent', 'toNextEvent', 'toStart'] as const;
  const texts = moves.map((move) => {
    player[move]();
    return player.statusText();
  });
  assert.deepEqual(texts, [
    'REPLAY 0:34 / 2:10',
    'REPLAY 1:00 / 2:10',
    'REPLAY 2:10 / 2:10 ended',
    'REPLAY 2:10 / 2:10 ended',
    'REPLAY 0:00 / 2:10',
  ]);
  player.moveBy(-1000);
  assert.equal(player.statusText(), 'REPLAY 0:00 / 2:10');
});

test('subscribers are notified of each step, which has a new view object', (context) => {
  const player = play(context);
  let calls = 0;
  const stop = player.subscribe(() => {
    calls += 1;
  });
  const before = player.view();
  player.advance(100);
  assert.equal(calls, 1);
  assert.notEqual(player.view(), before);
  stop();
  player.advance(100);
  assert.equal(calls, 1);
});
