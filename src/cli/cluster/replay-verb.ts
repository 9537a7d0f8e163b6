/** The verb `replay`. How a recording is read and played is in src/recording. */

import { type Command, InvalidArgumentError } from 'commander';
import { LetoError } from '../../base/index.js';
import { toStatus } from '../../control/index.js';
import { Player, parseTime, Recording } from '../../recording/index.js';
import { printJson } from '../shell/output.js';
import { addVerb, type GlobalOptions, globalOptionsOf } from './verb.js';
import { version } from './version.js';

interface ReplayFlags {
  readonly at?: number;
}

export function addReplayVerb(program: Command): void {
  addVerb(
    program,
    'replay',
    'plays a recording of `up --record` in the terminal UI; with --json prints its events, or ' +
      'the status at one time',
    ['replay run.jsonl', 'replay run.jsonl --at 1m30s', 'replay run.jsonl --json --at 34s'],
  )
    .argument('<file>', 'a recording')
    .option(
      '--at <time>',
      'where to start, as in 34s, 1m30s, 1:30 or 500 (ms); with --json: print what ' +
        '`status --json` printed then',
      readTime,
    )
    .action((file: string, flags: ReplayFlags, command: Command) =>
      replay(file, flags, globalOptionsOf(command)),
    );
}

function readTime(text: string): number {
  const ms = parseTime(text);
  if (ms !== null) return ms;
  throw new InvalidArgumentError('It must be a time, as in 34s, 1m30s, 1:30 or 500 (ms).');
}

/** @throws {LetoError} LETO_BAD_OPTION without a terminal; the errors of `Recording.open` */
async function replay(file: string, { at }: ReplayFlags, globals: GlobalOptions): Promise<void> {
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (!globals.json && !hasTerminal) throw noTerminalError();
  const recording = Recording.open(file);
  try {
    if (at !== undefined && at > recording.durationMs) throw beyondEndError(recording);
    if (!globals.json) await replayInTui(recording, at ?? 0, globals.color);
    else if (at === undefined) printEvents(recording);
    else printStatus(recording, at);
  } finally {
    recording.close();
  }
}

/** Prints the events as `events --json` printed them. */
function printEvents(recording: Recording): void {
  for (const { events } of recording.moments()) for (const { event } of events) printJson(event);
}

function printStatus(recording: Recording, t: number): void {
  const { startedAt } = recording.head;
  printJson(toStatus(recording.viewAt(t), Date.parse(startedAt) + t));
}

function beyondEndError({ path, durationMs }: Recording): LetoError {
  const message = `--at is beyond the end of ${path}, which is ${durationMs / 1000} s long; give an earlier time`;
  return new LetoError('LETO_BAD_OPTION', message);
}

function noTerminalError(): LetoError {
  return new LetoError(
    'LETO_BAD_OPTION',
    'replay needs a terminal; without one use --json, or `leto-cluster report <file> --out f.html`',
  );
}

/** Plays the recording until the user leaves. */
async function replayInTui(recording: Recording, t: number, colour: boolean): Promise<void> {
  // Loaded on demand: the terminal UI takes longer to load than most verbs take to run.
  const { runTui } = await import('../../tui/index.js');
  const player = new Player(recording, t);
  player.start();
  try {
    await runTui({
      source: player,
      playback: player,
      dispatch: refuse,
      ask: refuse,
      sendCommand: refuse,
      quitMode: 'detach',
      stdin: process.stdin,
      stdout: process.stdout,
      colour,
      version,
    });
  } finally {
    player.stop();
  }
}

async function refuse(): Promise<never> {
  throw new LetoError('LETO_NODE_STATE', 'this is a recording: nothing in it can be changed');
}
