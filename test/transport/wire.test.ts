/** Tests the binary form of messages: round trips, damage, and the exact bytes of each type. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../src/codec/index.js';
import { type LogIndex, type Message, nodeId, type Term } from '../../src/raft/index.js';
import { readMessages, writeMessage } from '../../src/transport/wire.js';
import * as raft from '../raft/messages.js';
import { chunkOf } from '../raft/node.js';
import { anyMessage, messageArbitraries } from './arbitrary-messages.js';
import { receiver, sender } from './messages.js';

function frameOf(...messages: readonly Message[]): Uint8Array {
  const writer = new ByteWriter();
  for (const message of messages) writeMessage(writer, message);
  return writer.take();
}

function read(frame: Uint8Array): Message[] {
  return readMessages(new ByteReader(frame), sender, receiver);
}

const damaged = { name: 'LetoError', code: 'LETO_DATA_DAMAGED' };

for (const [type, messages] of messageArbitraries) {
  test(`${type} is read as it was written`, () => {
    fc.assert(
      fc.property(messages, (message) => {
        assert.deepEqual(read(frameOf(message)), [message]);
      }),
    );
  });
}

test('a frame holds any number of messages, in their order', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 12 }), (messages) => {
      assert.deepEqual(read(frameOf(...messages)), messages);
    }),
  );
});

test('sender and receiver of a message come from the link, not from the frame', () => {
  const frame = frameOf(raft.preVoteReply(sender, receiver, 3, true));
  const [message] = readMessages(new ByteReader(frame), receiver, sender);
  assert.equal(message?.from, receiver);
  assert.equal(message?.to, sender);
});

test('a message that is cut short anywhere is damaged', () => {
  fc.assert(
    fc.property(anyMessage, fc.nat(), (message, at) => {
      const frame = frameOf(message);
      assert.throws(() => read(frame.subarray(0, 1 + (at % (frame.length - 1)))), damaged);
    }),
  );
});

test('arbitrary bytes are either messages or damaged', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc
      .tuple(fc.integer({ min: 1, max: 11 }), fc.uint8Array({ maxLength: 60 }))
      .map(([type, bytes]) => Uint8Array.from([type, ...bytes])),
    fc.tuple(anyMessage, fc.nat(), fc.nat(255)).map(([message, at, byte]) => {
      const frame = frameOf(message);
      frame[at % frame.length] = byte;
      return frame;
    }),
  );
  fc.assert(
    fc.property(noise, (bytes) => {
      try {
        for (const message of read(bytes)) assert.equal(message.to, receiver);
      } catch (error) {
        assert.equal((error as { code?: unknown }).code, 'LETO_DATA_DAMAGED');
      }
    }),
    { numRuns: 3000 },
  );
});

test('a message of an unknown type is damaged', () => {
  for (const type of [0, 12, 100, 255]) {
    assert.throws(() => read(Uint8Array.from([type, 1, 1, 1, 1])), damaged);
  }
});

const flags = [
  {
    what: 'isTransfer',
    message: raft.requestVote(sender, receiver, 1, [1, 1]),
    at: 4,
  },
  { what: 'voteGranted', message: raft.requestVoteReply(sender, receiver, 1, false), at: 2 },
  { what: 'a proof', message: raft.readIndex(sender, receiver, 1, 5), at: 3 },
  { what: 'a missing index', message: raft.readIndexReply(sender, receiver, 1, 5, null), at: 3 },
  {
    what: 'a rejection',
    message: raft.appendEntriesReply(sender, receiver, 1, {
      rejection: raft.rejection(6, { term: null, index: 4 }),
    }),
    at: 4,
  },
];

for (const { what, message, at } of flags) {
  test(`${what} has one byte for each of its values, and any other is damaged`, () => {
    const frame = frameOf(message);
    assert.deepEqual(read(frame), [message]);
    frame[at] = 7;
    assert.throws(() => read(frame), damaged);
  });
}

test('a configuration with too many members is damaged', () => {
  const voters = Array.from({ length: 65 }, (_, at) => nodeId(`n${at}`));
  const fields = { last: [5, 1], chunk: chunkOf(['ab']), learners: [] } as const;
  const most = raft.installSnapshot(sender, receiver, 1, { ...fields, voters: voters.slice(1) });
  assert.deepEqual(read(frameOf(most)), [most]);
  const tooMany = raft.installSnapshot(sender, receiver, 1, { ...fields, voters });
  assert.throws(() => read(frameOf(tooMany)), damaged);
});

/** These bytes must never change, because nodes of different versions may run side by side. */
const forms: readonly [Message, readonly number[]][] = [
  [raft.preVote(sender, receiver, 3, [300, 2]), [1, 3, 0xac, 2, 2]],
  [raft.preVoteReply(sender, receiver, 3, true), [2, 3, 1]],
  [raft.requestVote(sender, receiver, 3, [7, 2]), [3, 3, 7, 2, 0]],
  [raft.requestVote(sender, receiver, 3, [7, 2], { isTransfer: true }), [3, 3, 7, 2, 1]],
  [raft.requestVoteReply(sender, receiver, 3, false), [4, 3, 0]],
  [
    raft.appendEntries(sender, receiver, 2, {
      prev: [6, 1],
      commit: 5,
      round: 9,
      entries: [{ index: 7 as LogIndex, term: 2 as Term, kind: 'command', data: 'ab' }],
    }),
    [5, 2, 6, 1, 5, 0, 9, 1, 7, 2, 1, 2, 0x61, 0x62],
  ],
  [raft.appendEntriesReply(sender, receiver, 2, { match: 8, round: 9 }), [6, 2, 9, 8, 0]],
  [
    raft.appendEntriesReply(sender, receiver, 2, {
      rejection: raft.rejection(6, { term: null, index: 4 }),
    }),
    [6, 2, 1, 0, 1, 6, 4],
  ],
  [
    raft.appendEntriesReply(sender, receiver, 2, {
      rejection: raft.rejection(6, { term: 1, index: 4 }),
    }),
    [6, 2, 1, 0, 2, 6, 4, 1],
  ],
  [raft.readIndex(sender, receiver, 2, 70, 'round'), [7, 2, 70, 0]],
  [raft.readIndex(sender, receiver, 2, 70, 'lease'), [7, 2, 70, 1]],
  [raft.readIndexReply(sender, receiver, 2, 70, null), [8, 2, 70, 0]],
  [raft.readIndexReply(sender, receiver, 2, 70, 12), [8, 2, 70, 1, 12]],
  [
    raft.installSnapshot(sender, receiver, 2, {
      last: [300, 1],
      voters: [nodeId('n1'), nodeId('n2')],
      learners: [nodeId('n3')],
      chunk: { number: 4, data: 'ab', checksum: 0x01020304, isLast: true },
    }),
    [9, 2, 0xac, 2, 1, 2, 2, 0x6e, 0x31, 2, 0x6e, 0x32, 1, 2, 0x6e, 0x33, 0]
      .concat([4, 4, 3, 2, 1])
      .concat([1, 2, 0x61, 0x62]),
  ],
  [
    raft.installSnapshot(sender, receiver, 2, {
      last: [300, 1],
      voters: [nodeId('n1')],
      addresses: { n1: '[::]:8' },
      chunk: { number: 0, data: 'a', checksum: 0, isLast: true },
    }),
    [9, 2, 0xac, 2, 1, 1, 2, 0x6e, 0x31, 0, 2, 2, 0x6e, 0x31]
      .concat([6, 0x5b, 0x3a, 0x3a, 0x5d, 0x3a, 0x38])
      .concat([0, 0, 0, 0, 0, 1, 1, 0x61]),
  ],
  [raft.installSnapshotReply(sender, receiver, 2, 300, 5), [10, 2, 0xac, 2, 5]],
  [raft.timeoutNow(sender, receiver, 2), [11, 2]],
];

for (const [message, bytes] of forms) {
  test(`the bytes of ${message.type} are ${bytes.join(' ')}`, () => {
    assert.deepEqual([...frameOf(message)], bytes);
  });
}
