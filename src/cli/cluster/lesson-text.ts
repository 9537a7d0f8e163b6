import { unreachable } from '../../base/index.js';
import type { Lesson, LessonEvent, LessonOutcome } from '../../lesson/index.js';
import { alignColumns } from './status-table.js';

const columns = 80;

/** In teaching order, a line each. */
export function lessonTable(lessons: readonly Lesson[]): string {
  const cells = lessons.map(({ name, section, title }) => [name, section, title]);
  return alignColumns([['LESSON', 'SECTION', 'TITLE'], ...cells]).join('\n');
}

/** What the student reads. */
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
      return `    not now: ${event.message}; trying again`;
    case 'evidence':
      return wrapped(`= ${event.text}`, '  ').join('\n');
    case 'end':
      return endText(event.outcome);
    default:
      return unreachable(event);
  }
}

/** What the student may do himself. */
function suggestedCommands(
  { commands, isDoneHere }: Extract<LessonEvent, { type: 'step' }>,
  isAuto: boolean,
) {
  if (isAuto) return [];
  const how = isDoneHere
    ? 'Press Enter: it leaves no trace that could be seen if it were done elsewhere.'
    : 'Type it in another terminal, or press Enter to have it done.';
  return [...commands.map((command) => `  $ ${command}`), how];
}

function endText(outcome: LessonOutcome): string {
  if (outcome.type !== 'done') return '\nnot finished';
  const promises = outcome.promises.flatMap((promise) => wrapped(`= ${promise}`, '  '));
  return ['\nWhat held all the time', ...promises, 'done'].join('\n');
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
