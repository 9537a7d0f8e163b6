/**
 * The binary form of messages between nodes. A frame is a sequence of messages, each a type byte
 * and its fields. It names neither sender nor receiver: the link knows both, so a node cannot
 * forge them.
 */

import { assert } from '../base/index.js';
import {
  type ByteReader,
  type ByteWriter,
  damaged,
  readConfiguration,
  readEntryRun,
  writeConfiguration,
  writeEntryRun,
} from '../codec/index.js';
import type { LogIndex, Message, NodeId, Rejection, Term } from '../raft/index.js';

type Type = Message['type'];
type Body<T extends Type> = Omit<Extract<Message, { type: T }>, 'from' | 'to' | 'type' | 'term'>;

interface Codec<T extends Type> {
  write(writer: ByteWriter, body: Body<T>): void;
  read(reader: ByteReader): Body<T>;
}

/** A codec for a message whose type is known only at run time. */
interface AnyCodec {
  write(writer: ByteWriter, body: never): void;
}

/** The numbers of the message types on the wire. A number must never be reused for another type. */
const typeNumbers: { readonly [T in Type]: number } = {
  PreVote: 1,
  PreVoteReply: 2,
  RequestVote: 3,
  RequestVoteReply: 4,
  AppendEntries: 5,
  AppendEntriesReply: 6,
  ReadIndex: 7,
  ReadIndexReply: 8,
  InstallSnapshot: 9,
  InstallSnapshotReply: 10,
  TimeoutNow: 11,
};

const typesByNumber = new Map(
  Object.entries(typeNumbers).map(([type, number]) => [number, type as Type]),
);

const preVote: Codec<'PreVote'> = {
  write(writer, { lastLogIndex, lastLogTerm }) {
    writer.varint(lastLogIndex);
    writer.varint(lastLogTerm);
  },
  read: (reader) => ({ lastLogIndex: readIndex(reader), lastLogTerm: readTerm(reader) }),
};

const voteReply: Codec<'PreVoteReply' | 'RequestVoteReply'> = {
  write(writer, { voteGranted }) {
    writeFlag(writer, voteGranted);
  },
  read: (reader) => ({ voteGranted: readFlag(reader) }),
};

const codecs: { readonly [T in Type]: Codec<T> } = {
  PreVote: preVote,
  PreVoteReply: voteReply,
  RequestVote: {
    write(writer, message) {
      preVote.write(writer, message);
      writeFlag(writer, message.isTransfer);
    },
    read: (reader) => ({ ...preVote.read(reader), isTransfer: readFlag(reader) }),
  },
  RequestVoteReply: voteReply,
  AppendEntries: {
    write(writer, { prevLogIndex, prevLogTerm, leaderCommit, logTimeMs, round, entries }) {
      writer.varint(prevLogIndex);
      writer.varint(prevLogTerm);
      writer.varint(leaderCommit);
      writer.varint(logTimeMs);
      writer.varint(round);
      writeEntryRun(writer, entries);
    },
    read: (reader) => ({
      prevLogIndex: readIndex(reader),
      prevLogTerm: readTerm(reader),
      leaderCommit: readIndex(reader),
      logTimeMs: reader.varint(),
      round: reader.varint(),
      entries: readEntryRun(reader),
    }),
  },
  AppendEntriesReply: {
    write(writer, { round, matchIndex, rejection }) {
      writer.varint(round);
      writer.varint(matchIndex);
      writeRejection(writer, rejection);
    },
    read: (reader) => ({
      round: reader.varint(),
      matchIndex: readIndex(reader),
      rejection: readRejection(reader),
    }),
  },
  ReadIndex: {
    write(writer, { readId, proof }) {
      writer.varint(readId);
      writeFlag(writer, proof === 'lease');
    },
    read: (reader) => ({
      readId: reader.varint(),
      proof: readFlag(reader) ? 'lease' : 'round',
    }),
  },
  ReadIndexReply: {
    write(writer, { readId, index }) {
      writer.varint(readId);
      writeFlag(writer, index !== null);
      if (index !== null) writer.varint(index);
    },
    read: (reader) => ({
      readId: reader.varint(),
      index: readFlag(reader) ? readIndex(reader) : null,
    }),
  },
  InstallSnapshot: {
    write(writer, { snapshot, chunk }) {
      writer.varint(snapshot.index);
      writer.varint(snapshot.term);
      writeConfiguration(writer, snapshot.configuration);
      writer.varint(chunk.number);
      writer.uint32(chunk.checksum);
      writeFlag(writer, chunk.isLast);
      writer.bytes(chunk.data);
    },
    read: (reader) => ({
      snapshot: {
        index: readIndex(reader),
        term: readTerm(reader),
        configuration: readConfiguration(reader),
      },
      chunk: {
        number: reader.varint(),
        checksum: reader.uint32(),
        isLast: readFlag(reader),
        data: reader.bytes(),
      },
    }),
  },
  InstallSnapshotReply: {
    write(writer, { snapshotIndex, nextChunk }) {
      writer.varint(snapshotIndex);
      writer.varint(nextChunk);
    },
    read: (reader) => ({ snapshotIndex: readIndex(reader), nextChunk: reader.varint() }),
  },
  TimeoutNow: { write() {}, read: () => ({}) },
};

/** Appends a message to the frame that `writer` holds. */
export function writeMessage(writer: ByteWriter, message: Message): void {
  writer.uint8(typeNumbers[message.type]);
  writer.varint(message.term);
  const codec: AnyCodec = codecs[message.type];
  codec.write(writer, message as never);
}

/** @throws {LetoError} LETO_DATA_DAMAGED when the bytes are not a message */
function readMessage(reader: ByteReader, from: NodeId, to: NodeId): Message {
  const type = typesByNumber.get(reader.uint8());
  if (type === undefined) throw damaged('a message has an unknown type');
  const term = readTerm(reader);
  return { type, from, to, term, ...codecs[type].read(reader) } as Message;
}

/** Reads all messages of a frame. @throws {LetoError} LETO_DATA_DAMAGED */
export function readMessages(reader: ByteReader, from: NodeId, to: NodeId): Message[] {
  const messages: Message[] = [];
  while (!reader.isAtEnd) messages.push(readMessage(reader, from, to));
  return messages;
}

/** A frame that reaches this size is complete, which bounds the size of frames. */
const frameBytesTarget = 1024 * 1024;

/** Encodes messages into as few frames as possible, each in a buffer of its own. */
export function* takeFrames(
  writer: ByteWriter,
  messages: readonly Message[],
): Generator<Uint8Array<ArrayBuffer>> {
  assert(writer.length === 0, 'the writer holds an unfinished frame');
  for (const message of messages) {
    writeMessage(writer, message);
    if (writer.length >= frameBytesTarget) yield writer.take();
  }
  if (writer.length > 0) yield writer.take();
}

function writeFlag(writer: ByteWriter, flag: boolean): void {
  writer.uint8(flag ? 1 : 0);
}

function readFlag(reader: ByteReader): boolean {
  const byte = reader.uint8();
  if (byte > 1) throw damaged('a flag is neither 0 nor 1');
  return byte === 1;
}

function readIndex(reader: ByteReader): LogIndex {
  return reader.varint() as LogIndex;
}

function readTerm(reader: ByteReader): Term {
  return reader.varint() as Term;
}

function writeRejection(writer: ByteWriter, rejection: Rejection | null): void {
  writer.uint8(rejection === null ? 0 : rejection.conflictTerm === null ? 1 : 2);
  if (rejection === null) return;
  writer.varint(rejection.prevLogIndex);
  writer.varint(rejection.conflictIndex);
  if (rejection.conflictTerm !== null) writer.varint(rejection.conflictTerm);
}

function readRejection(reader: ByteReader): Rejection | null {
  const form = reader.uint8();
  if (form > 2) throw damaged('a rejection has an unknown form');
  if (form === 0) return null;
  const prevLogIndex = readIndex(reader);
  const conflictIndex = readIndex(reader);
  return { prevLogIndex, conflictIndex, conflictTerm: form === 2 ? readTerm(reader) : null };
}
