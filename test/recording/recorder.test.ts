import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ClusterView,
  foldTelemetry,
  nodeId,
  type Telemetry,
} from '../../src/control/index.js';
import type { Term } from '../../src/raft/index.js';
import {
  changesQueuedCharsMax,
  messagesQueuedCharsMax,
  Recorder,
  type RecordingSink,
} from '../../src/recording/recorder.js';
import { commitOf, firstView, head, startedAt } from './fixtures.js';

/** A cluster whose telemetry the test supplies. */
class FakeSource {
  current: ClusterView = firstView();
  listener: ((telemetry: Telemetry) => void) | null = null;

  view(): ClusterView {
    return this.current;
  }

  watch(listener: (telemetry: Telemetry) => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = null;
    };
  }

  tell(telemetry: Telemetry): void {
    this.current = foldTelemetry(this.current, telemetry);
    this.listener?.(telemetry);
  }
}

/** A disk whose writes hang while it is slow. */
class SlowDisk implements RecordingSink {
  text = '';
  isClosed = false;
  error: Error | null = null;
  #release: (() => void) | null = null;
  #isSlow = false;

  slow(): void {
    this.#isSlow = true;
  }

  fast(): void {
    this.#isSlow = false;
    this.#release?.();
  }

  async write(text: string): Promise<void> {
    if (this.#isSlow) {
      await new Promise<void>((resolve) => {
        this.#release = resolve;
      });
    }
    if (this.error) throw this.error;
    this.text += text;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }
}

function record() {
  const source = new FakeSource();
  const disk = new SlowDisk();
  const warnings: string[] = [];
  let nowMs = 500;
  const recorder = new Recorder(
    disk,
    (message) => warnings.push(message),
    () => nowMs,
  );
  recorder.begin(source, Date.parse(startedAt) + 300);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { source, disk, warnings, recorder, pass };
}

/** A message report of about `chars` characters, to fill the queue. */
function largeTraffic(chars: number): Telemetry {
  const details = 'x'.repeat(chars);
  const [from, to] = [nodeId('n1'), nodeId('n2')];
  const note = {
    from,
    to,
    type: 'AppendEntries',
    term: 1 as Term,
    details,
    isLost: false,
  } as const;
  const sent = [{ to, count: 1 }];
  return { type: 'traffic', from, report: { notes: [note], sent, overMs: 1 } };
}

test('a recording holds a head, the view, and each change with its time since the first event', async () => {
  const { source, disk, recorder, pass } = record();
  const view = source.view();
  pass(20);
  source.tell(commitOf('n2', 10));
  pass(30);
  source.tell({ type: 'speed', speed: 0 });
  await recorder.close();
  assert.deepEqual(disk.lines(), [
    head,
    { t: 300, view },
    { t: 320, telemetry: commitOf('n2', 10) },
    { t: 350, telemetry: { type: 'speed', speed: 0 } },
  ]);
  assert.ok(disk.isClosed);
  assert.equal(source.listener, null);
});

test('when the disk is slow, messages are dropped first, and the file says so', async () => {
  const { source, disk, warnings, recorder } = record();
  disk.slow();
  source.tell(largeTraffic(messagesQueuedCharsMax));
  source.tell(largeTraffic(10));
  source.tell({ type: 'speed', speed: 0 });
  const closed = recorder.close();
  disk.fast();
  await closed;
  const kinds = disk.lines().map((line) => Object.keys(line).at(-1));
  assert.deepEqual(kinds, ['startedAt', 'view', 'telemetry', 'telemetry', 'missed']);
  assert.deepEqual(disk.lines().at(-1)?.missed, { messages: 1, changes: 0 });
  assert.equal(warnings.length, 1);
});

test('a full view follows dropped changes, so that the final state is right', async () => {
  const { source, disk, warnings, recorder } = record();
  disk.slow();
  source.tell(largeTraffic(messagesQueuedCharsMax));
  const error = 'x'.repeat(changesQueuedCharsMax);
  source.tell({ type: 'node', id: nodeId('n3'), change: { error } });
  for (let index = 10; index < 15; index += 1) source.tell(commitOf('n2', index));
  const closed = recorder.close();
  disk.fast();
  await closed;
  const [missed, last] = disk.lines().slice(-2);
  assert.deepEqual(missed?.missed, { messages: 0, changes: 5 });
  assert.deepEqual(last?.view, source.view());
  assert.equal(warnings.length, 1);
});

test('a failing disk ends the recording and nothing else', async () => {
  const { source, disk, warnings, recorder } = record();
  disk.error = new Error('ENOSPC: no space left on device');
  source.tell(commitOf('n2', 10));
  await recorder.close();
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /recording stopped: .*ENOSPC.*what was written so far is kept/);
  assert.equal(source.listener, null);
});
