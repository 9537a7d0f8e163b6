import { test } from 'node:test';
import fc from 'fast-check';
import type { ClusterView, MessageNote, NodeReport } from '../../src/control/index.js';
import { type NodeId, nodeId } from '../../src/raft/index.js';
import { clientLines } from '../../src/tui/client-panel.js';
import { eventLines } from '../../src/tui/events-panel.js';
import { inspectorLines } from '../../src/tui/inspector-panel.js';
import { linkLines } from '../../src/tui/links-panel.js';
import { logLines } from '../../src/tui/log-panel.js';
import { messageLines } from '../../src/tui/messages-panel.js';
import { panelNames, type Scene } from '../../src/tui/scene.js';
import { makeEvent, makeNode, makeReport } from './fixtures.js';
import { checkFits, linkOf, noteOf, sceneOf, timerOf } from './panel-fixtures.js';

const ids = Array.from({ length: 9 }, (_, at) => nodeId(`n${at + 1}`));
const someId: fc.Arbitrary<NodeId> = fc.constantFrom(...ids);
const index = fc.oneof(fc.nat(30), fc.nat(), fc.maxSafeNat());
/** Includes control characters, which would corrupt the screen. */
const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 50 }));

const someReport: fc.Arbitrary<NodeReport> = fc
  .record({
    role: fc.constantFrom('leader', 'follower', 'candidate', 'preCandidate', 'learner'),
    term: fc.oneof(fc.nat(12), fc.nat()),
    votedFor: fc.option(someId),
    leader: fc.option(someId),
    lastLogIndex: index,
    commitIndex: index,
    snapshotIndex: index,
    firstLogIndex: index,
    voters: fc.subarray(ids),
    peers: fc.array(
      fc.record({
        id: someId,
        nextIndex: index,
        matchIndex: index,
        mode: fc.constantFrom('probe', 'replicate', 'snapshot'),
      }),
      { maxLength: 8 },
    ),
    usedBytes: fc.maxSafeNat(),
    logTerms: fc
      .array(fc.record({ from: index, term: fc.nat(200) }), { maxLength: 5 })
      .map((runs) => runs.sort((a, b) => a.from - b.from)),
    electionTimer: fc.option(fc.record({ leftMs: fc.nat(), timeoutMs: fc.nat() })),
    syncMsP99: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
  })
  .map((change) => makeReport(change as object));

const someNode = fc.record({
  state: fc.constantFrom('starting', 'running', 'paused', 'dead'),
  error: fc.option(text),
  startedAtMs: fc.option(fc.maxSafeNat()),
  dataDir: text,
  report: fc.option(someReport),
});

const someNote: fc.Arbitrary<MessageNote> = fc
  .tuple(
    someId,
    someId,
    fc.constantFrom('AppendEntries', 'InstallSnapshotReply'),
    text,
    fc.boolean(),
  )
  .map((parts) => noteOf(...parts));

const someView: fc.Arbitrary<ClusterView> = fc
  .record({
    speed: fc.constantFrom(0, 0.1, 1),
    nodes: fc.array(someNode, { maxLength: 9 }),
    links: fc.array(
      fc.tuple(
        someId,
        someId,
        fc.record({
          cut: fc.boolean(),
          drop: fc.double({ min: 0, max: 1, noNaN: true }),
          delayMs: fc.nat(60_000),
        }),
      ),
      { maxLength: 20 },
    ),
    truncated: fc.array(fc.tuple(someId, index, index), { maxLength: 3 }),
    notes: fc.array(someNote, { maxLength: 30 }),
    rates: fc.array(fc.record({ from: someId, to: someId, perSecond: fc.nat() }), {
      maxLength: 20,
    }),
    held: fc.array(
      fc.oneof(
        fc.tuple(someId, fc.nat()).map(([node, inMs]) => timerOf(node, inMs)),
        fc.record({ type: fc.constant('message' as const), node: someId, message: someNote }),
      ),
      { maxLength: 20 },
    ),
  })
  .map(({ nodes, links, truncated, ...rest }) => ({
    ...rest,
    cluster: 'default',
    nodes: nodes.map((change, at) => makeNode(at + 1, change)),
    links: links.map(([from, to, fault]) => linkOf(from, to, fault)),
    events: truncated.map(([node, from, to]) => makeEvent(9, node, 'truncated', { from, to })),
  }));

const someUi = fc.record({
  selected: someId,
  focus: fc.constantFrom(...panelNames),
  scroll: fc.dictionary(fc.constantFrom(...panelNames), fc.nat(1000)),
  transcript: fc.array(
    fc.record({
      node: someId,
      command: text,
      reply: fc.array(text, { maxLength: 5 }),
      isFailure: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
  inspection: fc.option(
    fc.record({
      node: someId,
      lines: fc.array(text, { maxLength: 20 }),
      prefix: text,
      keys: fc.option(
        fc.record({ count: fc.nat(), pairs: fc.array(fc.record({ key: text, value: text })) }),
      ),
    }),
  ),
});

const someScene: fc.Arbitrary<Scene> = fc
  .tuple(someView, someUi)
  .map(([view, ui]) => sceneOf(view, ui));

const draws = { logLines, eventLines, linkLines, messageLines, inspectorLines, clientLines };

for (const [name, draw] of Object.entries(draws)) {
  test(`${name} stays within its size for any scene`, () => {
    const columns = fc.integer({ min: 40, max: 140 });
    fc.assert(
      fc.property(someScene, columns, fc.nat(50), (scene, width, rows) => {
        checkFits(draw(scene, width, rows), width, rows);
      }),
    );
  });
}
