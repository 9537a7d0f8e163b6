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

test('time passes as it did, until the end', (context) => {
  const player = play(context);
  player.advance(33_000);
  assert.equal(player.statusText(), 'REPLAY 0:33 / 2:10');
  assert.equal(player.view().events.length, 3);
  player.advance(1000);
  assert.equal(player.view().events.at(-1)?.event, 'killed');
  player.advance(1_000_000);
  assert.equal(player.statusText(), 'REPLAY 2:10 / 2:10 ended');
});

test('a pause holds it, and at the end it begins again', (context) => {
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

test('it plays from a tenth to sixteen times as fast', (context) => {
  const player = play(context);
  for (const _ of playbackSpeeds) player.faster();
  player.advance(1000);
  assert.equal(player.statusText(), 'REPLAY 0:16 / 2:10 16x');
  for (const _ of playbackSpeeds) player.slower();
  player.advance(10_000);
  assert.equal(player.statusText(), 'REPLAY 0:17 / 2:10 0.1x');
});

test('it goes back and forth, to the next event, and to both ends', (context) => {
  const player = play(context, 40_000);
  player.moveBy(-10_000);
  assert.equal(player.view().events.length, 3);
  const seen = ['toNextEvent', 'toNextEvent', 'toNextEvent', 'toNextEvent', 'toStart'] as const;
  const words = seen.map((move) => {
    player[move]();
    return player.statusText();
  });
  assert.deepEqual(words, [
    'REPLAY 0:34 / 2:10',
    'REPLAY 1:00 / 2:10',
    'REPLAY 2:10 / 2:10 ended',
    'REPLAY 2:10 / 2:10 ended',
    'REPLAY 0:00 / 2:10',
  ]);
  player.moveBy(-1000);
  assert.equal(player.statusText(), 'REPLAY 0:00 / 2:10');
});

test('those who listen are told of each step, with a view of its own', (context) => {
  const player = play(context);
  let told = 0;
  const stop = player.subscribe(() => {
    told += 1;
  });
  const before = player.view();
  player.advance(100);
  assert.equal(told, 1);
  assert.notEqual(player.view(), before);
  stop();
  player.advance(100);
  assert.equal(told, 1);
});
