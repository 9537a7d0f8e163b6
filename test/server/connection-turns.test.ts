import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ConnectionTurns,
  requestsPerSlice,
  type TurnTaker,
  turnMsMax,
} from '../../src/server/connection-turns.js';

/** Connections with long pipelines, each slice of which takes one millisecond. */
class Pipelines {
  nowMs = 0;
  readonly served: string[] = [];
  readonly turns = new ConnectionTurns(() => this.nowMs);

  newConnection(name: string, requests: number): TurnTaker {
    let left = requests;
    return {
      takeRequests: (countMax) => {
        left -= Math.min(left, countMax);
        this.served.push(name);
        this.nowMs += 1;
        return left > 0;
      },
    };
  }

  takeServed(): string {
    return this.served.splice(0).join('');
  }
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

test('all connections together have one time budget a turn, and the rest waits', async () => {
  const pipelines = new Pipelines();
  for (const name of names) pipelines.turns.serve(pipelines.newConnection(name, 4096));
  let turns = 0;
  for (let requests = 4096 * names.length; requests > 0; turns += 1) {
    const slices = pipelines.takeServed().length;
    assert.ok(slices <= turnMsMax, `${slices} slices in one turn`);
    requests -= slices * requestsPerSlice;
    await nextTurn();
  }
  assert.ok(turns >= (4096 * names.length) / requestsPerSlice / turnMsMax);
});

test('connections are served round robin, over the end of a turn', async () => {
  const pipelines = new Pipelines();
  for (const name of names) pipelines.turns.serve(pipelines.newConnection(name, 10 * 32));
  while (pipelines.served.length < 24) await nextTurn();
  const counts = names.map((name) => pipelines.served.filter((each) => each === name).length);
  // The first connection had a slice before the others came.
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, counts.join(' '));
});

test('a client with one request is served before a long pipeline ends', async () => {
  const pipelines = new Pipelines();
  pipelines.turns.serve(pipelines.newConnection('a', 100_000));
  pipelines.turns.serve(pipelines.newConnection('b', 1));
  await nextTurn();
  assert.equal(pipelines.takeServed().slice(0, 3), 'aab');
});
