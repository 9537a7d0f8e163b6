import { unreachable } from '../base/index.js';
import type { LessonEvent, LessonOutcome, TimedLessonEvent } from './lesson-events.js';

/** What a student hands in: each step, what was done, and what shows it, as Markdown. */
export function renderLessonReport(events: readonly TimedLessonEvent[]): string {
  return `${events.map((event) => section(event)).join('\n')}`;
}

function section(event: TimedLessonEvent): string {
  switch (event.type) {
    case 'lesson':
      return opening(event, event.at);
    case 'step':
      return `\n## Step ${event.number}\n\n${event.words}\n`;
    case 'did':
      return `    $ ${event.command}`;
    case 'reply':
      return `    ${event.text}`;
    case 'trouble':
      return `    (${event.message}; it is tried again)`;
    case 'evidence':
      return `\nDone by the ${event.by} at ${event.at}.\n\n**Evidence:** ${event.text}.`;
    case 'end':
      return ending(event.outcome, event.at);
    default:
      return unreachable(event);
  }
}

function opening(event: Extract<LessonEvent, { type: 'lesson' }>, at: string): string {
  const nodes = event.nodes.map(({ id, port }) => `${id} at 127.0.0.1:${port}`).join(', ');
  return [
    `# ${event.title}`,
    '',
    `${event.teaches} (Ongaro's dissertation, ${event.section})`,
    '',
    `Lesson \`${event.name}\`, ${event.steps} steps, begun at ${at} on a cluster of ${nodes}.`,
  ].join('\n');
}

function ending(outcome: LessonOutcome, at: string): string {
  if (outcome.type !== 'done') return `\n## Not finished\n\nIt ended at ${at}: ${outcome.why}.\n`;
  const held = outcome.promises.map((promise) => `- ${promise}`).join('\n');
  return `\n## What held all the time\n\n${held}\n\nAll steps were done at ${at}.\n`;
}
