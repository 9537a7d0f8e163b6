import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { runTui, type TuiOptions } from '../../src/tui/index.js';
import { endWithTest } from '../helpers/resources.js';
import { FakeTerminal } from './fake-terminal.js';
import { FakeCluster, healthy, makeEvent, withEvents } from './fixtures.js';
import { until } from './until.js';

const taken = '\x1b[?1049h';
const plainly = { colour: false, version: '1.2.3', quitMode: 'stop' } as const;
const restored = '\x1b[?1049l';

interface Running {
  readonly cluster: FakeCluster;
  readonly terminal: FakeTerminal;
  readonly sees: (text: string) => Promise<void>;
  readonly ended: Promise<void>;
}

async function start(change: Partial<TuiOptions> = {}): Promise<Running> {
  const terminal = new FakeTerminal();
  const cluster = new FakeCluster(healthy());
  const { dispatch, ask, sendCommand } = cluster;
  const { stdin, stdout } = terminal;
  const options = { source: cluster, dispatch, ask, sendCommand, stdin, stdout, ...plainly };
  const ended = runTui({ ...options, ...change });
  const sees = (text: string) =>
    until(
      () => terminal.written.includes(text),
      () => JSON.stringify(terminal.written),
    );
  await sees('q');
  await until(
    () => terminal.isRaw && cluster.listeners > 0,
    () => 'no raw mode',
  );
  return { cluster, terminal, sees, ended };
}

function assertRestored({ terminal, cluster }: Running): void {
  assert.equal(terminal.written.split(taken).length, 2);
  assert.equal(terminal.written.split(restored).length, 2);
  assert.ok(terminal.written.endsWith(restored));
  assert.equal(terminal.isRaw, false);
  assert.equal(cluster.listeners, 0);
}

for (const key of ['q', '\x03']) {
  test(`${JSON.stringify(key)} ends the UI and restores the terminal`, async () => {
    const running = await start();
    running.terminal.press(key);
    await running.ended;
    assertRestored(running);
  });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
  test(`${signal} ends the UI as q does, and its listener is removed`, async () => {
    const listeners = process.listenerCount(signal);
    const running = await start();
    process.emit(signal, signal);
    await running.ended;
    assertRestored(running);
    assert.equal(process.listenerCount(signal), listeners);
  });
}

test('the caller can end the UI, even before it is shown', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const running = await start({ signal });
  controller.abort();
  await running.ended;
  assertRestored(running);
  const { stdin, stdout } = running.terminal;
  const { dispatch, ask, sendCommand } = running.cluster;
  const options = {
    source: running.cluster,
    dispatch,
    ask,
    sendCommand,
    stdin,
    stdout,
    ...plainly,
  };
  await runTui({ ...options, signal });
});

test('a closed terminal ends the UI, and its later errors are ignored', async () => {
  for (const breakIt of [
    ({ stdin }: FakeTerminal) => stdin.emit('end'),
    ({ stdin }: FakeTerminal) => stdin.emit('error', new Error('EIO')),
  ]) {
    const running = await start();
    breakIt(running.terminal);
    await running.ended;
    assertRestored(running);
    running.terminal.stdin.emit('error', new Error('EIO, once more'));
  }
});

test('an error while drawing rejects and restores the terminal', async () => {
  const running = await start();
  const broken = { ...healthy(), events: [makeEvent(99, 'n1', 'killed')] };
  running.cluster.become({ ...broken, nodes: null as unknown as (typeof broken)['nodes'] });
  await assert.rejects(running.ended, TypeError);
  assertRestored(running);
});

test('only changes of the screen are written', async () => {
  const running = await start();
  running.terminal.take();
  running.cluster.become(withEvents(healthy(), makeEvent(20, 'n2', 'killed')));
  await running.sees('n2 was killed');
  assert.ok(!running.terminal.written.includes('n1 started'));
  running.terminal.press('\x0c');
  await running.sees('n1 started');
  running.terminal.press('q');
  await running.ended;
});

test('the whole screen is redrawn after a resize', async () => {
  const running = await start();
  running.terminal.take();
  running.terminal.resize(60, 15);
  await running.sees('\x1b[2J');
  await running.sees('leto-cluster default');
  running.terminal.resize(30, 5);
  await running.sees('30x5');
  running.terminal.press('q');
  await running.ended;
});

test('colours are used only when enabled', async () => {
  for (const colour of [true, false]) {
    const running = await start({ colour });
    assert.equal(running.terminal.written.includes('\x1b[1m'), colour);
    running.terminal.press('q');
    await running.ended;
  }
});

test('the UI rejects a stdin or stdout that is not a terminal', async () => {
  for (const side of ['stdin', 'stdout'] as const) {
    const terminal = new FakeTerminal();
    Object.assign(terminal[side], { isTTY: false });
    const { stdin, stdout } = terminal;
    const cluster = new FakeCluster(healthy());
    const { dispatch, ask, sendCommand } = cluster;
    const options = { source: cluster, dispatch, ask, sendCommand, stdin, stdout, ...plainly };
    await assert.rejects(runTui(options), { code: 'LETO_ASSERTION' });
    assert.equal(terminal.written, '');
  }
});

for (const [ending, code] of [
  ['exception', 1],
  ['exit', 3],
] as const) {
  test(`an ${ending} anywhere in the process restores the terminal`, async (t) => {
    const script = new URL('./process-that-ends.js', import.meta.url).pathname;
    const child = endWithTest(t, spawn(process.execPath, [script, ending]));
    const written: string[] = [];
    child.stdout.on('data', (data: Buffer) => written.push(data.toString()));
    const errors: string[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    const [exitCode] = await once(child, 'close');
    assert.equal(exitCode, code, errors.join(''));
    assert.ok(written.join('').includes(`${taken}`));
    assert.ok(written.join('').endsWith(restored));
  });
}
