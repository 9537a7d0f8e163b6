/** The options and the help of `lesson`; lesson.ts carries it out. */

import type { Command } from 'commander';
import { giveLesson, type LessonFlags, listLessons } from './lesson.js';
import { addVerb, globalOptionsOf } from './verb.js';

/** The default name. It differs from that of `up`, so that both clusters can run at once. */
const clusterName = 'lesson';

export function addLessonVerb(program: Command): void {
  addVerb(program, 'lesson', 'runs a guided lesson on a real cluster and checks each step', [
    'lesson list',
    'lesson election',
    'lesson lost-entry --auto --report lost-entry.md',
  ])
    .argument('<lesson>', '`list`, or the name of a lesson')
    .option('--auto', 'run every step without waiting for Enter')
    .option('--report <file>', 'write the steps and their evidence to this file, as Markdown')
    .addHelpText('after', explanation)
    .action(async (lesson: string, flags: Partial<LessonFlags>, command: Command) => {
      const { json } = globalOptionsOf(command);
      const { name = clusterName } = command.optsWithGlobals<{ name?: string }>();
      const { auto = false } = flags;
      if (lesson === 'list') listLessons(json);
      else process.exitCode = await giveLesson(lesson, { ...flags, name, json, auto });
    });
}

const explanation = `
The lesson starts a cluster of its own, on free ports and without data, named lesson unless --name
says otherwise. Every verb works on it from another terminal: leto-cluster --name lesson status`;
