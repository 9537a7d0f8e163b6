/**
 * Formats lessons and the events of a lesson as text for the console. The report for handing in is
 * in src/lesson/report.ts.
 */

import { unreachable } from '../../base/index.js';
import type { Lesson, LessonEvent, LessonOutcome } from '../../lesson/index.js';
import { alignColumns } from './status-table.js';

const columns = 80;

/** Returns a table with one line for each lesson, in teaching order. */
export function lessonTable(lessons: readonly Lesson[]): string {
  const cells = lessons.map(({ name, section, title }) => [name, section, title]);
  return alignColumns([['LESSON', 'SECTION', 'TITLE'], ...cells]).join('\n');
}

/** Returns what the student reads when the event happens. */
export function lessonEventText(event: LessonEvent, isAuto: boolean): string {
  switch (event.type) {
    case 'lesson': {
      const nodes = event.nodes.map(({ id, port }) => `${id} 127.0.0.1:${port}`).join(', ');
      const lines = wrapped(`${event.teaches} (dissertation ${event.section})`, '');
      return [event.title, ...lines, `nodes: ${nodes}`].join('\n');
    }
    case 'step': {
      const lines = [...wrapped(event.words, ''), ...suggestedCommands(event, isAuto)];
      return [`\nStep ${event.number}`, ...lines].join('\n');
    }
    case 'did':
      return `  > ${event.command}`;
    case 'reply':
      return `    ${event.text}`;
    case 'trouble':
      return `    not yet: ${event.message}; trying again`;
    case 'evidence':
      return wrapped(`= ${event.text}`, '  ').join('\n');
    case 'end':
      return endText(event.outcome);
    default:
      return unreachable(event);
  }
}

/** Returns the commands of a step, and how to run them. */
function suggestedCommands(
  { commands, isDoneHere }: Extract<LessonEvent, { type: 'step' }>,
  isAuto: boolean,
) {
  if (isAuto) return [];
  const instruction = isDoneHere
    ? 'Press Enter: this command leaves no trace, so the lesson must run it itself.'
    : 'Type this in another terminal, or press Enter to run it.';
  return [...commands.map((command) => `  $ ${command}`), instruction];
}

function endText(outcome: LessonOutcome): string {
  if (outcome.type !== 'done') return '\nnot finished';
  const promises = outcome.promises.flatMap((promise) => wrapped(`= ${promise}`, '  '));
  return ['\nWhat held throughout', ...promises, 'done'].join('\n');
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > columns && line.trim() !== '') {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}
