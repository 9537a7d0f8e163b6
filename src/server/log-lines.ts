/**
 * Describes entries of the Raft log as text, for RAFT LOG and for observers. The sentences of a
 * node's own log are in node/telemetry/log-text.ts.
 */

import { type ByteString, printable } from '../base/index.js';
import {
  type Command,
  type CommandMetadata,
  decodeCommand,
  decodePart,
  decodeTime,
} from '../kv/index.js';
import {
  type Configuration,
  decodeConfiguration,
  type Entry,
  type LogIndex,
  type NodeId,
  type RaftState,
} from '../raft/index.js';

/** How many bytes of each argument are shown. */
const argumentCharsMax = 64;
/** How many arguments of a command are shown. */
const argumentsShownMax = 16;

/** Returns the entries in [from, to] that the log still holds, but at most `entriesMax`. */
export function entriesBetween(
  { log }: Readonly<RaftState>,
  from: number,
  to: number,
  entriesMax: number,
): Entry[] {
  const start = Math.max(log.firstIndex, from) as LogIndex;
  const end = Math.min(log.lastIndex, to, start + entriesMax - 1) as LogIndex;
  return end < start ? [] : log.slice(start, end, Number.POSITIVE_INFINITY);
}

/** Describes an entry in one line. */
export function describeEntry({ kind, data }: Entry): string {
  if (kind === 'noop') return 'no-op';
  if (kind === 'configuration') return describeConfiguration(decodeConfiguration(data));
  const part = decodePart(data);
  if (part) return `part ${part.number + 1} of ${part.count} of a large command`;
  const timeMs = decodeTime(data);
  return timeMs === null ? describeCommand(decodeCommand(data)) : `time ${timeMs} ms`;
}

function describeConfiguration({ voters, learners, addresses }: Configuration): string {
  const list = (ids: readonly NodeId[]) =>
    ids.map((id) => (addresses?.[id] ? `${id} at ${addresses[id]}` : id)).join(', ');
  const learnersText = learners.length === 0 ? '' : `, learners ${list(learners)}`;
  return `configuration: voters ${list(voters)}${learnersText}`;
}

function describeCommand({ spec, args, session }: Command & CommandMetadata): string {
  const shown = args.slice(0, argumentsShownMax).map(argumentText);
  const hidden = args.length - shown.length;
  const more = hidden > 0 ? [`(and ${hidden} more)`] : [];
  const words = [spec.name.toUpperCase(), ...shown, ...more];
  const prefix = session === null ? '' : `session ${argumentText(session.id)} #${session.serial}: `;
  return prefix + words.join(' ');
}

function argumentText(argument: ByteString): string {
  return printable(argument, argumentCharsMax);
}
