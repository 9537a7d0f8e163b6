/** Tests of the runner of lessons, with a fake cluster and a fake student. */

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
const manual = { isAuto: false, stepTimeoutMs, signal };
const auto = { ...manual, isAuto: true };

/** A step that is complete when every node has that value. */
function setStep(key: string, value: string, more: Partial<Step> = {}): Step {
  return {
    instructions: 'Set it. See it.',
    actions: onLeader(`set ${key} ${value}`),
    check: ({ contents }) =>
      contents.size === 3 && [...contents.values()].every(({ values }) => values[key] === value)
        ? { evidence: `${key} is ${value}`, remember: { [key]: value } }
        : null,
    ...more,
  };
}

function lessonOf(...steps: Step[]): Lesson {
  const about = { name: 'fake', title: 'A fake', teaches: 'Nothing.', section: '3.5', nodes: 3 };
  return { ...about, steps };
}

/** A cluster that executes SET commands. */
function settingCluster(): FakeCluster {
  const cluster = new FakeCluster();
  cluster.onCommand = (words) => {
    const [, key = '', value = ''] = words.split(' ');
    cluster.values[key] = value;
    return 'OK';
  };
  return cluster;
}

test('with --auto the program performs every step, and shows its commands and the evidence', async () => {
  const ui = new FakeLessonUi(true);
  const lesson = lessonOf(setStep('a', '1'), setStep('b', '2'));
  const outcome = await runLesson(lesson, settingCluster(), ui, auto);
  assert.deepEqual(ui.lines(), [
    'fake',
    'step 1: redis-cli -p 5379 set a 1',
    'did redis-cli -p 5379 set a 1',
    'reply OK',
    'program 1: a is 1',
    'step 2: redis-cli -p 5379 set b 2',
    'did redis-cli -p 5379 set b 2',
    'reply OK',
    'program 2: b is 2',
    'done',
  ]);
  assert.equal(outcome.type, 'done');
});

test('a student does one step in another terminal, and presses Enter for the other', async () => {
  const [cluster, ui] = [settingCluster(), new FakeLessonUi()];
  const run = runLesson(lessonOf(setStep('a', '1'), setStep('b', '2')), cluster, ui, manual);
  await ui.shows('step', 1);
  cluster.values.a = '1';
  await ui.shows('step', 2);
  assert.deepEqual(cluster.sent, []);
  ui.press();
  assert.equal((await run).type, 'done');
  assert.deepEqual(cluster.sent, ['set b 2']);
  const shown = ui.lines().filter((line) => /^(student|program)/.test(line));
  assert.deepEqual(shown, ['student 1: a is 1', 'program 2: b is 2']);
});

test('a step done early does not complete the step before it, and counts in its turn', async () => {
  const [cluster, ui] = [settingCluster(), new FakeLessonUi()];
  const run = runLesson(lessonOf(setStep('a', '1'), setStep('b', '2')), cluster, ui, manual);
  await ui.shows('step', 1);
  cluster.values.b = '2';
  cluster.values.a = 'another value';
  await cluster.untilChange();
  assert.ok(!ui.lines().some((line) => line.startsWith('student')));
  cluster.values.a = '1';
  assert.equal((await run).type, 'done');
  assert.deepEqual(cluster.sent, []);
});

test('a later step sees what an earlier step asked to remember', async () => {
  const second = setStep('b', '2', {
    actions: ({ memory }) => [
      commandAction('n2' as never, `set b ${Number(memory.a) + 1}`, okPattern),
    ],
  });
  const cluster = settingCluster();
  await runLesson(lessonOf(setStep('a', '1'), second), cluster, new FakeLessonUi(true), auto);
  assert.deepEqual(cluster.sent, ['set a 1', 'set b 2']);
});

test('an action that fails for now is reported once and retried', async () => {
  const [cluster, ui] = [settingCluster(), new FakeLessonUi(true)];
  let failures = 2;
  cluster.onDispatch = () => {
    failures -= 1;
    if (failures >= 0) throw new LetoError('LETO_NODE_STATE', 'not yet');
    cluster.values.a = '1';
  };
  const lesson = lessonOf(setStep('a', '1', { actions: fixedActions({ type: 'heal' }) }));
  assert.equal((await runLesson(lesson, cluster, ui, auto)).type, 'done');
  assert.equal(cluster.dispatched.length, 3);
  assert.equal(ui.lines().filter((line) => line === 'trouble not yet').length, 1);
});

test('a temporary refusal is retried; an unexpected reply fails the lesson the second time', async () => {
  const cluster = settingCluster();
  const replies = ['(error) not leader', '(error) CLUSTERDOWN no leader', '(error) ERR no'];
  replies.push('(error) ERR no');
  cluster.onCommand = () => replies.shift() ?? 'OK';
  const outcome = await runLesson(
    lessonOf(setStep('a', '1')),
    cluster,
    new FakeLessonUi(true),
    auto,
  );
  assert.deepEqual(outcome, {
    type: 'failed',
    why: 'step 1 of 1: unexpected reply to `redis-cli -p 5379 set a 1`: (error) ERR no',
  });
});

test('a step that repeats is performed until it is complete', async () => {
  const cluster = new FakeCluster();
  cluster.onDispatch = () => {
    if (cluster.dispatched.length === 4) cluster.values.a = '1';
  };
  const step = setStep('a', '1', {
    actions: fixedActions({ type: 'step', count: 1 }),
    repeats: true,
  });
  await runLesson(lessonOf(step), cluster, new FakeLessonUi(true), auto);
  assert.equal(cluster.dispatched.length, 4);
});

test('a deferred reply is awaited in the next step, which causes it', async () => {
  const [cluster, ui] = [settingCluster(), new FakeLessonUi(true)];
  let answer: (reply: string) => void = () => {};
  cluster.onCommand = () => {
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
    setStep('a', '1', { actions: () => [asks] }),
    setStep('b', '2', { actions: () => [intentAction({ type: 'heal' })] }),
  ];
  assert.equal((await runLesson(lessonOf(...steps), cluster, ui, auto)).type, 'done');
  const lines = ui.lines();
  assert.ok(lines.indexOf('reply (error) UNCERTAIN') > lines.indexOf('program 1: a is 1'));
  assert.ok(lines.indexOf('reply (error) UNCERTAIN') < lines.indexOf('program 2: b is 2'));
});

test('a step that is performed but never completes times out', async () => {
  const options = { ...auto, stepTimeoutMs: 1 };
  const cluster = new FakeCluster();
  const outcome = await runLesson(
    lessonOf(setStep('a', '1')),
    cluster,
    new FakeLessonUi(true),
    options,
  );
  assert.deepEqual(outcome, {
    type: 'timedOut',
    why: 'step 1 of 1: timed out after 0.001 s',
  });
});

test('Ctrl-C ends a lesson while it waits for the student, or for a reply', async () => {
  for (const isEager of [false, true]) {
    const stopping = new AbortController();
    const [cluster, ui] = [settingCluster(), new FakeLessonUi(isEager)];
    cluster.onCommand = () => new Promise(() => {});
    const options = { ...manual, signal: stopping.signal };
    const run = runLesson(lessonOf(setStep('a', '1')), cluster, ui, options);
    await ui.shows('step', 1);
    stopping.abort();
    assert.deepEqual(await run, { type: 'stopped', why: 'stopped in step 1 of 1' });
  }
});

test('after Ctrl-C no further action of a step is performed', async () => {
  const stopping = new AbortController();
  const [cluster, ui] = [settingCluster(), new FakeLessonUi(true)];
  cluster.onDispatch = () => stopping.abort();
  const actions = fixedActions({ type: 'kill', target: 'n1' }, { type: 'kill', target: 'n2' });
  const options = { ...auto, signal: stopping.signal };
  const outcome = await runLesson(lessonOf(setStep('a', '1', { actions })), cluster, ui, options);
  assert.equal(outcome.type, 'stopped');
  await cluster.untilChange();
  assert.equal(cluster.dispatched.length, 1);
  assert.equal(ui.lines().at(-1), 'stopped');
});

test('a lesson fails when a guarantee of Raft is violated', async () => {
  const cluster = settingCluster();
  const events = ['n1', 'n2'].map((id) => ({
    at: '',
    node: id as never,
    event: 'becameLeader' as const,
    term: 2,
  }));
  cluster.currentView = { ...clusterView(), events };
  const outcome = await runLesson(
    lessonOf(setStep('a', '1')),
    cluster,
    new FakeLessonUi(true),
    auto,
  );
  assert.deepEqual(outcome, {
    type: 'failed',
    why: 'step 1 of 1: a guarantee of Raft is violated: n1 and n2 both led term 2',
  });
});

test('a step is not shown before it can be done: its commands need a leader', async () => {
  const [cluster, ui] = [settingCluster(), new FakeLessonUi(true)];
  const withoutLeader = clusterView(nodeView('n1'));
  cluster.currentView = withoutLeader;
  const run = runLesson(lessonOf(setStep('a', '1')), cluster, ui, auto);
  await cluster.untilChange();
  assert.deepEqual(ui.lines(), ['fake']);
  cluster.currentView = clusterView(nodeView('n1'), nodeView('n3', { report: leaderReport() }));
  assert.equal((await run).type, 'done');
  assert.equal(ui.lines()[1], 'step 1: redis-cli -p 5381 set a 1');
});

test('an error that no retry can cure is passed on', async () => {
  const cluster = settingCluster();
  cluster.onDispatch = () => {
    throw new LetoError('LETO_CLUSTER_GONE', 'the cluster is closing');
  };
  const lesson = lessonOf(setStep('a', '1', { actions: fixedActions({ type: 'heal' }) }));
  await assert.rejects(runLesson(lesson, cluster, new FakeLessonUi(true), auto), {
    code: 'LETO_CLUSTER_GONE',
  });
});
