import { unreachable } from '../base/index.js';
import type { Note, Outcome, TimedNote } from './notes.js';

/** What a student hands in: each step, what was done, and what shows it, as Markdown. */
export function reportOf(notes: readonly TimedNote[]): string {
  return `${notes.map((note) => section(note)).join('\n')}`;
}

function section(note: TimedNote): string {
  switch (note.type) {
    case 'lesson':
      return opening(note, note.at);
    case 'step':
      return `\n## Step ${note.number}\n\n${note.words}\n`;
    case 'did':
      return `    $ ${note.command}`;
    case 'reply':
      return `    ${note.text}`;
    case 'trouble':
      return `    (${note.message}; it is tried again)`;
    case 'evidence':
      return `\nDone by the ${note.by} at ${note.at}.\n\n**Evidence:** ${note.text}.`;
    case 'end':
      return ending(note.outcome, note.at);
    default:
      return unreachable(note);
  }
}

function opening(note: Extract<Note, { type: 'lesson' }>, at: string): string {
  const nodes = note.nodes.map(({ id, port }) => `${id} at 127.0.0.1:${port}`).join(', ');
  return [
    `# ${note.title}`,
    '',
    `${note.teaches} (Ongaro's dissertation, ${note.section})`,
    '',
    `Lesson \`${note.name}\`, ${note.steps} steps, begun at ${at} on a cluster of ${nodes}.`,
  ].join('\n');
}

function ending(outcome: Outcome, at: string): string {
  if (outcome.type !== 'done') return `\n## Not finished\n\nIt ended at ${at}: ${outcome.why}.\n`;
  const held = outcome.promises.map((promise) => `- ${promise}`).join('\n');
  return `\n## What held all the time\n\n${held}\n\nAll steps were done at ${at}.\n`;
}
