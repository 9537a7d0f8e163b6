/**
 * The format of a command in a log entry. Entries outlive the version that wrote them, so a format
 * never changes: a new one gets a new version byte. For snapshots see state-machine-snapshot.ts.
 */

import { assert, assertPresent, type ByteString } from '../base/index.js';
import type { Command } from './command.js';
import type { CommandReader } from './command-reader.js';
import { EntryReader } from './entry-reader.js';
import { encodeBytes, encodeNumber, isEncodable } from './leb128.js';
import { PiecesReader } from './pieces-reader.js';
import { type SessionSerial, sessionIdBytesMax } from './sessions.js';
import { findCommand } from './table.js';

/** The metadata that a leader adds to a command when it appends the command's entry. */
export interface CommandMetadata {
  /**
   * The leader's log time, in whole milliseconds. It continues from the latest that was applied.
   */
  readonly logTimeMs: number;
  /** Null when the command has no session, and then runs each time that it is in the log. */
  readonly session: SessionSerial | null;
}

/**
 * A command is encoded as a version byte, the log time, the session's id and serial (an empty id
 * and no serial when there is no session), the number of arguments, the name, and the arguments.
 * Numbers are LEB128, and strings of bytes follow their length.
 */
const formatVersion = '\u0001';
const noSession = encodeNumber(0);

/** @throws {LetoError} LETO_ASSERTION when the metadata cannot be encoded */
export function encodeCommand(command: Command, metadata: CommandMetadata): ByteString {
  let data = encodeHeader(command, metadata);
  for (const arg of command.args) data += encodeBytes(arg);
  return data;
}

/**
 * Encodes a command in pieces, which need not be joined in memory when it is large.
 * @throws {LetoError} LETO_ASSERTION when the metadata cannot be encoded
 */
export function encodeInPieces(command: Command, metadata: CommandMetadata): ByteString[] {
  const args = command.args.flatMap((arg) => [encodeNumber(arg.length), arg]);
  return [encodeHeader(command, metadata), ...args];
}

function encodeHeader({ spec, args }: Command, metadata: CommandMetadata): ByteString {
  const times = encodeLogTime(metadata.logTimeMs) + encodeSession(metadata.session);
  return formatVersion + times + encodeNumber(args.length) + encodeBytes(spec.name);
}

/** An entry that only advances log time is encoded as this version byte and the log time. */
const timeVersion = '\u0002';

/** Encodes an entry that only advances log time, in whole milliseconds. */
export function encodeTime(logTimeMs: number): ByteString {
  return timeVersion + encodeNumber(logTimeMs);
}

/** Returns the log time in ms of an entry that holds nothing else. Null when it holds a command. */
export function decodeTime(data: ByteString): number | null {
  if (!data.startsWith(timeVersion)) return null;
  const reader = new EntryReader(data, timeVersion.length);
  const logTimeMs = reader.takeNumber();
  reader.checkEnd();
  return logTimeMs;
}

/** A cache, since many consecutive entries have the same log time. */
let latestLogTime = { ms: 0, bytes: encodeNumber(0) };

function encodeLogTime(ms: number): ByteString {
  if (ms !== latestLogTime.ms) {
    assert(isEncodable(ms), 'log time is not in whole milliseconds', ms);
    latestLogTime = { ms, bytes: encodeNumber(ms) };
  }
  return latestLogTime.bytes;
}

function encodeSession(session: SessionSerial | null): ByteString {
  if (session === null) return noSession;
  const { id, serial } = session;
  assert(
    id.length > 0 && id.length <= sessionIdBytesMax,
    'a session id is empty or too long',
    id.length,
  );
  assert(isEncodable(serial), 'a session serial is not a whole number', serial);
  return encodeBytes(id) + encodeNumber(serial);
}

/**
 * Decodes a command that `encodeCommand` encoded. An entry that cannot be read must stop the node,
 * because skipping it would make the node's state differ from that of the others.
 * @throws {LetoError} LETO_ASSERTION when the entry is malformed, or its command unknown
 */
export function decodeCommand(data: ByteString): Command & CommandMetadata {
  return readCommand(data.charCodeAt(0), new EntryReader(data, formatVersion.length));
}

/** Decodes a command as `decodeCommand` does, from pieces that need not be joined in memory. */
export function decodePieces(pieces: readonly ByteString[]): Command & CommandMetadata {
  const [first = '', ...rest] = pieces;
  const afterVersion = [first.slice(formatVersion.length), ...rest].filter((piece) => piece !== '');
  return readCommand(first.charCodeAt(0), new PiecesReader(afterVersion));
}

function readCommand(version: number, reader: CommandReader): Command & CommandMetadata {
  assert(version === formatVersion.charCodeAt(0), 'a command has an unknown format', version);
  const logTimeMs = reader.takeNumber();
  const session = takeSession(reader);
  const argCount = reader.takeNumber();
  const name = reader.takeBytes();
  const args: ByteString[] = [];
  for (let count = 0; count < argCount; count += 1) args.push(reader.takeBytes());
  reader.checkEnd();
  const spec = assertPresent(findCommand(name), `the log holds an unknown command: ${name}`);
  return { spec, args, logTimeMs, session };
}

function takeSession(reader: CommandReader): SessionSerial | null {
  const id = reader.takeBytes();
  return id === '' ? null : { id, serial: reader.takeNumber() };
}
