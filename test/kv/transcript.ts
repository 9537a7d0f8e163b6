/** Plays transcripts of commands and replies against a state machine. */

import assert from 'node:assert/strict';
import {
  type CommandMetadata,
  encodeCommand,
  errorReply,
  findCommand,
  hasRightArity,
  type Reply,
  StateMachine,
} from '../../src/kv/index.js';

/** Log time 0 and no session. */
export const plain: CommandMetadata = { logTimeMs: 0, session: null };

/** Runs one command as a cluster would: wrong arguments are refused before the log. */
export function run(
  machine: StateMachine,
  [name = '', ...args]: readonly string[],
  envelope = plain,
): Reply {
  const spec = findCommand(name);
  assert.ok(spec, `${name} is no command`);
  if (!hasRightArity(spec.arity, args.length)) {
    return errorReply(`ERR wrong number of arguments for '${spec.name}' command`);
  }
  const command = { spec, args };
  if (spec.kind === 'read') return machine.read(command);
  return spec.check?.(args) ?? machine.apply(encodeCommand(command, envelope));
}

/** Prints a reply as redis-cli does: OK, (integer) 1, "bytes", (nil), (error) ERR ..., [...]. */
export function show(reply: Reply): string {
  switch (reply.type) {
    case 'simple':
      return reply.text;
    case 'error':
      return `(error) ${reply.text}`;
    case 'integer':
      return `(integer) ${reply.value}`;
    case 'bulk':
      return JSON.stringify(reply.bytes);
    case 'null':
      return '(nil)';
    case 'array':
      return `[${reply.items.map(show).join(', ')}]`;
    case 'map':
      return `{${reply.pairs.map(([key, value]) => `${show(key)}: ${show(value)}`).join(', ')}}`;
  }
}

/**
 * Runs the commands after `> ` on a new machine, and compares each reply with the line below it.
 * Words are separated by one space; `""` is an empty word. A line `+ 5` lets 5 ms of log time pass,
 * with an entry that changes nothing.
 */
export function play(transcript: string): void {
  const machine = new StateMachine();
  const expected = transcript
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const actual = expected.flatMap((line, at) => {
    if (line.startsWith('> ')) return [line, show(run(machine, wordsOf(line)))];
    if (!line.startsWith('+ ')) return expected[at - 1]?.startsWith('> ') ? [] : ['no command'];
    passTime(machine, Number(line.slice(2)));
    return [line];
  });
  assert.deepEqual(actual, expected);
}

function wordsOf(line: string): string[] {
  return line
    .slice(2)
    .split(' ')
    .map((word) => (word === '""' ? '' : word));
}

/** Advances log time with an entry that changes nothing else. */
export function passTime(machine: StateMachine, passedMs: number): void {
  const logTimeMs = machine.logTimeMs + passedMs;
  run(machine, ['del', 'no such key'], { logTimeMs, session: null });
}
