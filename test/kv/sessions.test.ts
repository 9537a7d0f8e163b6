/** Tests sessions in the state machine. For sessions across nodes see test/replica. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateMachine } from '../../src/kv/index.js';
import { keptReplyBytesMax, Sessions, sessionsMax, sessionTtlMs } from '../../src/kv/sessions.js';
import { run, show } from './transcript.js';

/** Runs a command line in a session and returns the printed reply. */
function send(
  machine: StateMachine,
  line: string,
  serial: number,
  id = 'me',
  logTimeMs = 0,
): string {
  return show(run(machine, line.split(' '), { logTimeMs, session: { id, serial } }));
}

test('a repeated serial gets the first reply again and changes nothing', () => {
  const machine = new StateMachine();
  assert.equal(send(machine, 'incr n', 1), '(integer) 1');
  assert.equal(send(machine, 'incr n', 1), '(integer) 1');
  assert.equal(send(machine, 'append n 0', 2), '(integer) 2');
  assert.equal(send(machine, 'append n 0', 2), '(integer) 2');
  assert.equal(send(machine, 'set n x get', 3), '"10"');
  assert.equal(send(machine, 'set n x get', 3), '"10"');
  assert.equal(machine.store.get('n'), 'x');
});

test('an error is kept as the reply too', () => {
  const machine = new StateMachine();
  machine.store.set('n', 'word');
  const answer = send(machine, 'incr n', 1);
  machine.store.set('n', '1');
  assert.equal(send(machine, 'incr n', 1), answer);
  assert.equal(machine.store.get('n'), '1');
});

test('a lower serial is refused, and a gap is fine', () => {
  const machine = new StateMachine();
  assert.equal(send(machine, 'incr n', 7), '(integer) 1');
  assert.equal(send(machine, 'incr n', 9), '(integer) 2');
  assert.equal(send(machine, 'incr n', 8), '(error) ERR stale session serial');
  assert.equal(send(machine, 'incr n', 9), '(integer) 2');
  assert.equal(machine.store.get('n'), '2');
});

test('each session has its own serials, and a command without a session runs each time', () => {
  const machine = new StateMachine();
  assert.equal(send(machine, 'incr n', 1, 'me'), '(integer) 1');
  assert.equal(send(machine, 'incr n', 1, 'you'), '(integer) 2');
  assert.equal(show(run(machine, ['incr', 'n'])), '(integer) 3');
  assert.equal(show(run(machine, ['incr', 'n'])), '(integer) 4');
  assert.equal(machine.sessions.size, 2);
});

test('a session is known until sessionTtlMs of log time after its last use', () => {
  const machine = new StateMachine();
  send(machine, 'incr n', 1, 'me', 1000);
  const retriedMs = 1000 + sessionTtlMs - 1;
  assert.equal(send(machine, 'incr n', 1, 'me', retriedMs), '(integer) 1');
  assert.equal(send(machine, 'incr n', 0, 'me', retriedMs), '(error) ERR stale session serial');
  const usedMs = retriedMs + sessionTtlMs - 1;
  assert.equal(send(machine, 'incr n', 1, 'me', usedMs), '(integer) 1');
  assert.equal(machine.store.get('n'), '1');
  run(machine, ['set', 'k', 'v'], { logTimeMs: usedMs + sessionTtlMs, session: null });
  assert.equal(machine.sessions.size, 0);
});

test('log time never falls, so the highest one counts for a session', () => {
  const machine = new StateMachine();
  run(machine, ['set', 'k', 'v'], { logTimeMs: 5000, session: null });
  send(machine, 'incr n', 1, 'me', 10);
  assert.equal(machine.logTimeMs, 5000);
  assert.deepEqual(
    [...machine.sessions.values()].map(({ lastUsedMs }) => lastUsedMs),
    [5000],
  );
});

test('beyond sessionsMax the least recently used session is forgotten', () => {
  const sessions = new Sessions();
  const reply = { type: 'null' } as const;
  for (let at = 0; at < sessionsMax; at += 1) {
    sessions.recordUse({ id: `${at}`, serial: 1, reply, lastUsedMs: 0 });
  }
  assert.equal(sessions.runOnce({ id: '0', serial: 1 }, 0, assert.fail), reply);
  sessions.runOnce({ id: 'one more', serial: 1 }, 0, () => reply);
  assert.equal(sessions.size, sessionsMax);
  assert.ok(sessions.has('0') && !sessions.has('1') && sessions.has('2'));
});

test('a long reply is not kept, and its command does not run again', () => {
  const machine = new StateMachine();
  for (const [length, isKept] of [
    [keptReplyBytesMax, true],
    [keptReplyBytesMax + 1, false],
  ] as const) {
    const id = `${length}`;
    machine.store.set('k', 'v'.repeat(length));
    const answer = send(machine, 'set k new get', 1, id);
    assert.equal(answer.length, length + 2);
    const again = send(machine, 'set k newer get', 1, id);
    if (isKept) assert.equal(again, answer);
    else
      assert.match(
        again,
        /^\(error\) ERR the command ran exactly once, but its reply was too long to keep$/,
      );
    assert.equal(machine.store.get('k'), 'new');
  }
});
