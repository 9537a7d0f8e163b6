import { assert, present } from '../base/assert.js';
import type { ByteString } from '../base/bytes.js';
import type { Command } from './command.js';
import { findCommand } from './table.js';

/**
 * The form of a command in a log entry: a version byte, then the name and the arguments, each after
 * its length. Lengths are LEB128: seven bits a byte, the lowest first.
 */
const formatVersion = '\u0001';

export function encodeCommand({ spec, args }: Command): ByteString {
  let data = formatVersion + lengthPrefix(args.length) + lengthPrefix(spec.name.length) + spec.name;
  for (const arg of args) data += lengthPrefix(arg.length) + arg;
  return data;
}

function lengthPrefix(length: number): ByteString {
  if (length < 0x80) return String.fromCharCode(length);
  let prefix = '';
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    prefix += String.fromCharCode((rest % 0x80) | 0x80);
  }
  return prefix + String.fromCharCode(rest);
}

/** An entry that this version can't read stops the node: skipping it would fork the state. */
export function decodeCommand(data: ByteString): Command {
  assert(data.startsWith(formatVersion), 'a command of an unknown format', data.charCodeAt(0));
  const reader = { data, at: formatVersion.length };
  const argCount = takeLength(reader);
  const name = takeBytes(reader);
  const args: ByteString[] = [];
  for (let count = 0; count < argCount; count += 1) args.push(takeBytes(reader));
  assert(reader.at === data.length, 'bytes left over after a command', reader.at, data.length);
  return { spec: present(findCommand(name), `the log holds an unknown command: ${name}`), args };
}

interface Reader {
  readonly data: ByteString;
  at: number;
}

function takeLength(reader: Reader): number {
  let length = 0;
  for (let factor = 1; ; factor *= 0x80) {
    const byte = reader.data.charCodeAt(reader.at);
    assert(byte <= 0xff, 'a command ends in a length', reader.at);
    reader.at += 1;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return length;
  }
}

function takeBytes(reader: Reader): ByteString {
  const length = takeLength(reader);
  const end = reader.at + length;
  assert(end <= reader.data.length, 'a command is cut short', reader.at, length);
  const bytes = reader.data.slice(reader.at, end);
  reader.at = end;
  return keepsMuchAlive(reader.data, bytes) ? copyOf(bytes) : bytes;
}

/** V8 gives a slice of 13 chars or more as a view of the whole, and keeps the whole alive with it. */
function keepsMuchAlive(whole: ByteString, slice: ByteString): boolean {
  return slice.length >= 13 && whole.length > 2 * slice.length + 256;
}

function copyOf(slice: ByteString): ByteString {
  return ` ${slice}`.slice(1);
}
