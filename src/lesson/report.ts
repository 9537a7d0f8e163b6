/** Renders the events of a lesson as a Markdown report, which a student can hand in. */

import { unreachable } from '../base/index.js';
import type { LessonEvent, LessonOutcome, TimedLessonEvent } from './lesson-events.js';

/** Renders each step, what was done in it, and the evidence for it. */
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
      return `    (${event.message}; retrying)`;
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
    `Lesson \`${event.name}\`, ${event.steps} steps, started at ${at} on a cluster of ${nodes}.`,
  ].join('\n');
}

function ending(outcome: LessonOutcome, at: string): string {
  if (outcome.type !== 'done')
    return `\n## Not finished\n\nThe lesson ended at ${at}: ${outcome.why}.\n`;
  const held = outcome.promises.map((promise) => `- ${promise}`).join('\n');
  return `\n## What held throughout\n\n${held}\n\nThe last step was completed at ${at}.\n`;
}
