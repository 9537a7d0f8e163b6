import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Prng } from '../../src/base/prng.js';
import { type ClusterView, foldTelemetry } from '../../src/control/index.js';
import type { RecordingLine } from '../../src/recording/format.js';
import { Recording } from '../../src/recording/index.js';
import {
  commitOf,
  eventAt,
  eventLine,
  fileWith,
  firstView,
  folderFor,
  head,
  recordingOf,
  textOf,
} from './fixtures.js';

const first = firstView();
const beginning: RecordingLine = { t: 5, view: first };

/** Changes of which some fall into the same millisecond. */
function manyLines(count: number): RecordingLine[] {
  let t = 5;
  const lines = Array.from({ length: count }, (_, at): RecordingLine => {
    t += at % 3;
    return at % 10 === 0
      ? eventLine(t, 'n2', at % 20 === 0 ? 'paused' : 'resumed')
      : { t, telemetry: commitOf('n2', at) };
  });
  return [beginning, ...lines];
}

/** The expected view at `t`, folded from the beginning. */
function foldedAt(lines: readonly RecordingLine[], t: number): ClusterView {
  const past = lines.filter((line) => line.t <= t);
  return past.reduce(
    (view, line) => ('telemetry' in line ? foldTelemetry(view, line.telemetry) : view),
    first,
  );
}

test('the view at any time includes exactly the changes up to then, in any order of access', (context) => {
  const lines = manyLines(1500);
  const recording = recordingOf(context, lines);
  const last = lines.at(-1)?.t ?? 0;
  assert.equal(recording.durationMs, last);
  const prng = new Prng(7);
  const times = Array.from({ length: 60 }, () => prng.below(last + 10));
  for (const t of [...times, 0, last, 4, 5, 6]) {
    assert.deepEqual(recording.viewAt(t), foldedAt(lines, t), `at ${t}`);
  }
});

test('each line is a moment, with the events that it adds', (context) => {
  const lines = [
    beginning,
    eventLine(20, 'n2', 'killed'),
    { t: 30, telemetry: commitOf('n3', 12) },
  ];
  const moments = [...recordingOf(context, lines).moments()];
  const events = moments.map((moment) => moment.events.map(({ t, event }) => [t, event.event]));
  assert.deepEqual(events, [
    [
      [0, 'started'],
      [1, 'started'],
      [2, 'started'],
    ],
    [[20, 'killed']],
    [],
  ]);
  assert.deepEqual(moments.at(-1)?.view, foldedAt(lines, 30));
});

test('a full view after a gap adds only events that are new', (context) => {
  const view = { ...first, events: [...first.events, eventAt(15, 'n1', 'killed')] };
  const lines: RecordingLine[] = [
    beginning,
    { t: 20, missed: { messages: 0, changes: 3 } },
    { t: 20, view },
  ];
  const moments = [...recordingOf(context, lines).moments()];
  assert.deepEqual(moments.at(-1)?.events, [{ t: 15, event: eventAt(15, 'n1', 'killed') }]);
  assert.deepEqual(moments[1]?.missed, { messages: 0, changes: 3 });
});

test('an incomplete last line is ignored', (context) => {
  const path = fileWith(context, textOf([beginning, eventLine(20, 'n2', 'killed')]));
  appendFileSync(path, '{"t":30,"telemetry":{"type":"spe');
  const recording = Recording.open(path);
  assert.equal(recording.durationMs, 20);
  assert.deepEqual(recording.eventTimesMs, [0, 1, 2, 20]);
  recording.close();
});

const good = textOf([beginning]);
const damages: readonly { why: string; text: string; says: RegExp; code: string }[] = [
  { why: 'that is empty', text: '', says: /is an empty recording/, code: 'LETO_DATA_FOREIGN' },
  {
    why: 'of a cluster that never started',
    text: textOf([]),
    says: /is an empty recording/,
    code: 'LETO_DATA_FOREIGN',
  },
  {
    why: 'of another program',
    text: 'hello\nworld\n',
    says: /line 1: not a recording/,
    code: 'LETO_DATA_FOREIGN',
  },
  {
    why: 'of bytes without lines',
    text: 'x'.repeat(100_000),
    says: /line 1: not a recording/,
    code: 'LETO_DATA_FOREIGN',
  },
  {
    why: 'of a newer version',
    text: `${JSON.stringify({ ...head, version: 2 })}\n`,
    says: /a recording of version 2, but this program reads versions up to 1/,
    code: 'LETO_DATA_FOREIGN',
  },
  {
    why: 'with a line that is not JSON',
    text: `${good}{"t":1\n${JSON.stringify(eventLine(9, 'n1', 'killed'))}\n`,
    says: /line 3: this is not JSON; .*head -n 2/,
    code: 'LETO_DATA_DAMAGED',
  },
  {
    why: 'with an unknown change',
    text: `${good}{"t":9,"telemetry":{"type":"toString"}}\n`,
    says: /line 3: this is not a line of a recording/,
    code: 'LETO_DATA_DAMAGED',
  },
  {
    why: 'with an unknown event',
    text: `${good}{"t":9,"telemetry":{"type":"event","event":{"at":"${head.startedAt}","node":null,"event":"sang"}}}\n`,
    says: /line 3: this is not a line of a recording/,
    code: 'LETO_DATA_DAMAGED',
  },
  {
    why: 'with an invalid node name',
    text: `${good}{"t":9,"telemetry":{"type":"node","id":"\\u001b[2J","change":{}}}\n`,
    says: /line 3: this is not a line of a recording/,
    code: 'LETO_DATA_DAMAGED',
  },
  {
    why: 'in which time goes backwards',
    text: `${good}${JSON.stringify(eventLine(3, 'n1', 'killed'))}\n`,
    says: /line 3: time goes backwards/,
    code: 'LETO_DATA_DAMAGED',
  },
  {
    why: 'that does not begin with a full view',
    text: textOf([eventLine(3, 'n1', 'killed')]),
    says: /line 2: a recording must begin with a full view/,
    code: 'LETO_DATA_DAMAGED',
  },
];

for (const { why, text, says, code } of damages) {
  test(`a file ${why} is rejected with an error that names it`, (context) => {
    const path = fileWith(context, text);
    assert.throws(
      () => Recording.open(path),
      (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, says);
        assert.ok(error.message.startsWith(path));
        return true;
      },
    );
  });
}

test('a missing file and a folder are rejected', (context) => {
  const folder = folderFor(context);
  assert.throws(() => Recording.open(join(folder, 'none')), {
    code: 'LETO_FILE_UNREADABLE',
    message: /no such file/,
  });
  assert.throws(() => Recording.open(folder), { code: 'LETO_FILE_UNREADABLE', message: /EISDIR/ });
});

test('lines appended after opening are ignored', (context) => {
  const path = fileWith(context, textOf([beginning, eventLine(20, 'n2', 'killed')]));
  const recording = Recording.open(path);
  context.after(() => recording.close());
  writeFileSync(path, textOf([eventLine(90, 'n2', 'killed')]), { flag: 'a' });
  assert.equal([...recording.moments()].length, 2);
  assert.equal(recording.viewAt(1000).events.length, 4);
});
