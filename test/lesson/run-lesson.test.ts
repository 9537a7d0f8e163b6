import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LetoError } from '../../src/base/errors.js';
import {
  commandAction,
  fixedActions,
  intentAction,
  okPattern,
  onLeader,
} from '../../src/lesson/actions.js';
import { type Lesson, runLesson } from '../../src/lesson/index.js';
import type { Step } from '../../src/lesson/lesson.js';
import { clusterView, leaderReport, nodeView } from '../control/fixtures.js';
import { FakeCluster, FakeLessonUi } from './fake-cluster.js';

const stepTimeoutMs = 60_000;
const signal = new AbortController().signal;
const unhurried = { isAuto: false, stepTimeoutMs, signal };
const auto = { ...unhurried, isAuto: true };

/** It is over when every node has that value. */
function until(key: string, value: string, more: Partial<Step> = {}): Step {
  return {
    instructions: 'Set it. See it.',
    actions: onLeader(`set ${key} ${value}`),
    check: ({ contents: holdings }) =>
      holdings.size === 3 && [...holdings.values()].every(({ values }) => values[key] === value)
        ? { evidence: `${key} is ${value}`, remember: { [key]: value } }
        : null,
    ...more,
  };
}

function lessonOf(...steps: Step[]): Lesson {
  const about = { name: 'fake', title: 'A fake', teaches: 'Nothing.', section: '3.5', nodes: 3 };
  return { ...about, steps };
}

/** A cluster that does what it is told. */
function obedient(): FakeCluster {
  const cluster = new FakeCluster();
  cluster.onTell = (words) => {
    const [, key = '', value = ''] = words.split(' ');
    cluster.values[key] = value;
    return 'OK';
  };
  return cluster;
}

test('with --auto the program does every step, and tells what it did and what showed it', async () => {
  const desk = new FakeLessonUi(true);
  const lesson = lessonOf(until('a', '1'), until('b', '2'));
  const outcome = await runLesson(lesson, obedient(), desk, auto);
  assert.deepEqual(desk.lines(), [
    'fake',
    'step 1: redis-cli -p 5379 set a 1',
    'did redis-cli -p 5379 set a 1',
    'heard OK',
    'program 1: a is 1',
    'step 2: redis-cli -p 5379 set b 2',
    'did redis-cli -p 5379 set b 2',
    'heard OK',
    'program 2: b is 2',
    'done',
  ]);
  assert.equal(outcome.type, 'done');
});

test('a student does one step elsewhere, and has the other done by Enter', async () => {
  const [cluster, desk] = [obedient(), new FakeLessonUi()];
  const run = runLesson(lessonOf(until('a', '1'), until('b', '2')), cluster, desk, unhurried);
  await desk.shows('step', 1);
  cluster.values.a = '1';
  await desk.shows('step', 2);
  assert.deepEqual(cluster.told, []);
  desk.press();
  assert.equal((await run).type, 'done');
  assert.deepEqual(cluster.told, ['set b 2']);
  const shown = desk.lines().filter((line) => /^(student|program)/.test(line));
  assert.deepEqual(shown, ['student 1: a is 1', 'program 2: b is 2']);
});

test('what is done before its turn does not end an earlier step, and counts when its turn comes', async () => {
  const [cluster, desk] = [obedient(), new FakeLessonUi()];
  const run = runLesson(lessonOf(until('a', '1'), until('b', '2')), cluster, desk, unhurried);
  await desk.shows('step', 1);
  cluster.values.b = '2';
  cluster.values.a = 'another value';
  await cluster.untilChange();
  assert.ok(!desk.lines().some((line) => line.startsWith('student')));
  cluster.values.a = '1';
  assert.equal((await run).type, 'done');
  assert.deepEqual(cluster.told, []);
});

test('later steps know what earlier ones have found', async () => {
  const second = until('b', '2', {
    actions: ({ memory }) => [
      commandAction('n2' as never, `set b ${Number(memory.a) + 1}`, okPattern),
    ],
  });
  const cluster = obedient();
  await runLesson(lessonOf(until('a', '1'), second), cluster, new FakeLessonUi(true), auto);
  assert.deepEqual(cluster.told, ['set a 1', 'set b 2']);
});

test('what can not be done now is told once and done again', async () => {
  const [cluster, desk] = [obedient(), new FakeLessonUi(true)];
  let failures = 2;
  cluster.onDispatch = () => {
    failures -= 1;
    if (failures >= 0) throw new LetoError('LETO_NODE_STATE', 'not yet');
    cluster.values.a = '1';
  };
  const lesson = lessonOf(until('a', '1', { actions: fixedActions({ type: 'heal' }) }));
  assert.equal((await runLesson(lesson, cluster, desk, auto)).type, 'done');
  assert.equal(cluster.dispatched.length, 3);
  assert.equal(desk.lines().filter((line) => line === 'trouble not yet').length, 1);
});

test('a refusal that passes by itself is no failure; another reply is, the second time', async () => {
  const cluster = obedient();
  const replies = ['(error) not leader', '(error) CLUSTERDOWN no leader', '(error) ERR no'];
  replies.push('(error) ERR no');
  cluster.onTell = () => replies.shift() ?? 'OK';
  const outcome = await runLesson(lessonOf(until('a', '1')), cluster, new FakeLessonUi(true), auto);
  assert.deepEqual(outcome, {
    type: 'failed',
    why: 'step 1 of 1: `redis-cli -p 5379 set a 1` was answered with (error) ERR no',
  });
});

test('a step that repeats is done until it is over', async () => {
  const cluster = new FakeCluster();
  cluster.onDispatch = () => {
    if (cluster.dispatched.length === 4) cluster.values.a = '1';
  };
  const step = until('a', '1', {
    actions: fixedActions({ type: 'step', count: 1 }),
    repeats: true,
  });
  await runLesson(lessonOf(step), cluster, new FakeLessonUi(true), auto);
  assert.equal(cluster.dispatched.length, 4);
});

test('a slow reply is waited for in the step that follows, which brings it about', async () => {
  const [cluster, desk] = [obedient(), new FakeLessonUi(true)];
  let answer: (reply: string) => void = () => {};
  cluster.onTell = () => {
    cluster.values.a = '1';
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  cluster.onDispatch = () => {
    cluster.values.b = '2';
    answer('(error) UNCERTAIN');
  };
  const asks = commandAction('n1' as never, 'set a 1', /UNCERTAIN/, { isDeferred: true });
  const steps = [
    until('a', '1', { actions: () => [asks] }),
    until('b', '2', { actions: () => [intentAction({ type: 'heal' })] }),
  ];
  assert.equal((await runLesson(lessonOf(...steps), cluster, desk, auto)).type, 'done');
  const lines = desk.lines();
  assert.ok(lines.indexOf('heard (error) UNCERTAIN') > lines.indexOf('program 1: a is 1'));
  assert.ok(lines.indexOf('heard (error) UNCERTAIN') < lines.indexOf('program 2: b is 2'));
});

test('a step that is done and never over is waited for in vain', async () => {
  const options = { ...auto, stepTimeoutMs: 1 };
  const cluster = new FakeCluster();
  const outcome = await runLesson(
    lessonOf(until('a', '1')),
    cluster,
    new FakeLessonUi(true),
    options,
  );
  assert.deepEqual(outcome, {
    type: 'timedOut',
    why: 'step 1 of 1: waited 0.001 s in vain',
  });
});

test('Ctrl-C ends a lesson while it waits for the student, or for an answer', async () => {
  for (const isEager of [false, true]) {
    const stopping = new AbortController();
    const [cluster, desk] = [obedient(), new FakeLessonUi(isEager)];
    cluster.onTell = () => new Promise(() => {});
    const options = { ...unhurried, signal: stopping.signal };
    const run = runLesson(lessonOf(until('a', '1')), cluster, desk, options);
    await desk.shows('step', 1);
    stopping.abort();
    assert.deepEqual(await run, { type: 'stopped', why: 'stopped in step 1 of 1' });
  }
});

test('after Ctrl-C nothing more of a step is done', async () => {
  const stopping = new AbortController();
  const [cluster, desk] = [obedient(), new FakeLessonUi(true)];
  cluster.onDispatch = () => stopping.abort();
  const deeds = fixedActions({ type: 'kill', target: 'n1' }, { type: 'kill', target: 'n2' });
  const options = { ...auto, signal: stopping.signal };
  const outcome = await runLesson(
    lessonOf(until('a', '1', { actions: deeds })),
    cluster,
    desk,
    options,
  );
  assert.equal(outcome.type, 'stopped');
  await cluster.untilChange();
  assert.equal(cluster.dispatched.length, 1);
  assert.equal(desk.lines().at(-1), 'stopped');
});

test('a lesson fails where a promise of Raft is broken', async () => {
  const cluster = obedient();
  const events = ['n1', 'n2'].map((id) => ({
    at: '',
    node: id as never,
    event: 'becameLeader' as const,
    term: 2,
  }));
  cluster.shown = { ...clusterView(), events };
  const outcome = await runLesson(lessonOf(until('a', '1')), cluster, new FakeLessonUi(true), auto);
  assert.deepEqual(outcome, {
    type: 'failed',
    why: 'step 1 of 1: a promise of Raft is broken: n1 and n2 both led term 2',
  });
});

test('a step is not shown before it can be done: its commands need a leader', async () => {
  const [cluster, desk] = [obedient(), new FakeLessonUi(true)];
  const ledByNobody = clusterView(nodeView('n1'));
  cluster.shown = ledByNobody;
  const run = runLesson(lessonOf(until('a', '1')), cluster, desk, auto);
  await cluster.untilChange();
  assert.deepEqual(desk.lines(), ['fake']);
  cluster.shown = clusterView(nodeView('n1'), nodeView('n3', { report: leaderReport() }));
  assert.equal((await run).type, 'done');
  assert.equal(desk.lines()[1], 'step 1: redis-cli -p 5381 set a 1');
});

test('what nobody expected is not hidden', async () => {
  const cluster = obedient();
  cluster.onDispatch = () => {
    throw new LetoError('LETO_CLUSTER_GONE', 'the cluster is closing');
  };
  const lesson = lessonOf(until('a', '1', { actions: fixedActions({ type: 'heal' }) }));
  await assert.rejects(runLesson(lesson, cluster, new FakeLessonUi(true), auto), {
    code: 'LETO_CLUSTER_GONE',
  });
});
