import { assert, assertPresent, type ByteString } from '../base/index.js';
import type { Command } from './command.js';
import { EntryReader } from './entry-reader.js';
import { encodeBytes, encodeNumber, isEncodable } from './leb128.js';
import { type SessionSerial, sessionIdBytesMax } from './sessions.js';
import { findCommand } from './table.js';

/** What a leader puts into an entry beside the command. */
export interface CommandMetadata {
  /** The leader's log time: whole milliseconds, which go on from the highest that it has applied. */
  readonly logTimeMs: number;
  /** Null: the command runs as often as it stands in the log. */
  readonly session: SessionSerial | null;
}

/**
 * The form of a command in a log entry: a version byte, the log time, the session's id and serial
 * (the empty id, and no serial, where there is none), the count of arguments, then the name and
 * the arguments. Numbers are LEB128, bytes stand after their length.
 */
const formatVersion = '\u0001';
const noSession = encodeNumber(0);

export function encodeCommand({ spec, args }: Command, metadata: CommandMetadata): ByteString {
  let data = formatVersion + encodeLogTime(metadata.logTimeMs) + encodeSession(metadata.session);
  data += encodeNumber(args.length) + encodeBytes(spec.name);
  for (const arg of args) data += encodeBytes(arg);
  return data;
}

/** The form of an entry that brings the time alone: another version byte, and the log time. */
const timeVersion = '\u0002';

export function encodeTime(logTimeMs: number): ByteString {
  return timeVersion + encodeNumber(logTimeMs);
}

/** The log time of an entry that brings nothing else; null: it holds a command. */
export function decodeTime(data: ByteString): number | null {
  if (!data.startsWith(timeVersion)) return null;
  const reader = new EntryReader(data, timeVersion.length);
  const logTimeMs = reader.takeNumber();
  reader.checkEnd();
  return logTimeMs;
}

/** Many entries have the same log time: its bytes are made once. */
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
  assert(isEncodable(serial), 'a session serial is no whole number', serial);
  return encodeBytes(id) + encodeNumber(serial);
}

/** An entry that this version can't read stops the node: skipping it would fork the state. */
export function decodeCommand(data: ByteString): Command & CommandMetadata {
  assert(data.startsWith(formatVersion), 'a command of an unknown format', data.charCodeAt(0));
  const reader = new EntryReader(data, formatVersion.length);
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

function takeSession(reader: EntryReader): SessionSerial | null {
  const id = reader.takeBytes();
  return id === '' ? null : { id, serial: reader.takeNumber() };
}
