/** The readable trace of a simulation, and the texts of its events. */

import type { Entry, Message, Persist, SnapshotPersist } from '../../src/raft/index.js';
import type { Input, Outcome } from '../../src/replica/index.js';
import { adminRequestText } from './admin-request.js';
import { replyText } from './checkers/replies.js';
import type { Operation } from './operation.js';

/** Keeps one line per event: all of them or the last `linesMax`. */
export class Trace {
  readonly #linesMax: number;
  readonly #lines: string[] = [];

  constructor(linesMax: number) {
    this.#linesMax = linesMax;
  }

  get lines(): readonly string[] {
    return this.#lines.slice(-this.#linesMax);
  }

  add(nowMs: number, subject: string, text: string): void {
    this.#lines.push(`${nowMs.toFixed(3).padStart(10)} ${subject} ${text}`);
    if (this.#lines.length > 2 * this.#linesMax) this.#lines.splice(0, this.#linesMax);
  }
}

export function inputText(input: Input): string {
  switch (input.type) {
    case 'message':
      return `<- ${messageText(input.message)}`;
    case 'request':
      return `request ${operationText(input.request as Operation)}`;
    case 'admin':
      return `admin ${adminRequestText(input.request)}`;
    case 'chunk':
      return `chunk ${input.request.number} of ${input.request.snapshotIndex} for ${input.request.peer}${input.chunk ? '' : ': gone'}`;
    case 'peerLost':
      return `peerLost ${input.peer}`;
    default:
      return input.type;
  }
}

export function messageText(message: Message): string {
  const { type, from, to, term, ...rest } = message;
  const fields = Object.entries(rest).map(([name, value]) => `${name} ${valueText(value)}`);
  return `${type} ${from}->${to} term ${term} ${fields.join(' ')}`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.every(isEntry) ? entriesText(value) : `[${value}]`;
  if (typeof value === 'string') return shortened(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, inner]) => `${name} ${valueText(inner)}`);
  return `{${fields.join(' ')}}`;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'index' in value;
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 12 ? `${text.slice(0, 12)}...` : text);
}

/** Returns the index and term of each entry, and the content of configurations. */
function entriesText(entries: readonly Entry[]): string {
  const texts = entries.map(({ index, term, kind, data }) =>
    kind === 'configuration' ? `${index}/${term} ${data}` : `${index}/${term}`,
  );
  return `[${texts.join(' ')}]`;
}

export function persistText({ hardState, entries, snapshot }: Persist): string {
  const state = hardState ? ` term ${hardState.currentTerm} vote ${hardState.votedFor}` : '';
  return `writes${state} ${entriesText(entries)}${snapshot ? snapshotText(snapshot) : ''}`;
}

function snapshotText({ chunk, install }: SnapshotPersist): string {
  if (!install) return ` chunk ${chunk.number}`;
  const { snapshot, base, keepsLog } = install;
  const log = keepsLog ? `log from ${base.index}` : 'no log';
  return ` last chunk ${chunk.number}, snapshot ${valueText(snapshot)}, ${log}`;
}

export function operationText({ number, command, client, session }: Operation): string {
  const args = command.args.map((arg) => (arg.length > 12 ? `${arg.slice(0, 12)}...` : arg));
  const mode = command.spec.kind === 'read' ? ` (${client.readMode})` : '';
  const serial = session ? ` (${session.id}, ${session.serial})` : '';
  return `#${number} ${[command.spec.name, ...args].join(' ')}${mode}${serial}`;
}

export function outcomeText(outcome: Outcome): string {
  switch (outcome.type) {
    case 'notLeader':
      return `notLeader, leader is ${outcome.leader ?? 'unknown'}`;
    case 'uncertain':
      return `uncertain: ${outcome.reason}`;
    case 'overloaded':
    case 'outOfMemory':
      return outcome.type;
    default:
      return replyText(outcome);
  }
}
