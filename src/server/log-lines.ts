import { type ByteString, printable } from '../base/index.js';
import { type Command, type CommandMetadata, decodeCommand, decodeTime } from '../kv/index.js';
import {
  type Configuration,
  decodeConfiguration,
  type Entry,
  type LogIndex,
  type RaftState,
} from '../raft/index.js';

/** Bytes of a command's argument that are shown, and arguments of a command. */
const argumentCharsMax = 64;
const argumentsShownMax = 16;

/** The entries in [from, to] that the log still holds, `entriesMax` of them at most. */
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

/** An entry in a line of text. */
export function describeEntry({ kind, data }: Entry): string {
  if (kind === 'noop') return 'no-op';
  if (kind === 'configuration') return describeConfiguration(decodeConfiguration(data));
  const timeMs = decodeTime(data);
  return timeMs === null ? describeCommand(decodeCommand(data)) : `time ${timeMs} ms`;
}

function describeConfiguration({ voters, learners }: Configuration): string {
  const learnersText = learners.length === 0 ? '' : `, learners ${learners.join(', ')}`;
  return `configuration: voters ${voters.join(', ')}${learnersText}`;
}

function describeCommand({ spec, args, session }: Command & CommandMetadata): string {
  const shown = args.slice(0, argumentsShownMax).map(argumentText);
  const left = args.length - shown.length;
  const words = [spec.name.toUpperCase(), ...shown, ...(left > 0 ? [`(and ${left} more)`] : [])];
  const prefix = session === null ? '' : `session ${argumentText(session.id)} #${session.serial}: `;
  return prefix + words.join(' ');
}

function argumentText(argument: ByteString): string {
  return printable(argument, argumentCharsMax);
}
