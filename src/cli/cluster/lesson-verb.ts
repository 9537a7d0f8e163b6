import type { Command } from 'commander';
import { giveLesson, type LessonFlags, listLessons } from './lesson.js';
import { addVerb, globalOptionsOf } from './verb.js';

/** Beside a cluster of the user's own, which goes by another name. */
const clusterName = 'lesson';

/** Teaches Raft on a real cluster. */
export function addLessonVerb(program: Command): void {
  addVerb(program, 'lesson', 'guided lessons on a real cluster, each step checked', [
    'lesson list',
    'lesson election',
    'lesson lost-entry --auto --report lost-entry.md',
  ])
    .argument('<lesson>', '`list`, or the name of one')
    .option('--auto', 'does every step without waiting for Enter')
    .option('--report <file>', 'writes what was done, and what showed it, as Markdown')
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
It starts a cluster of its own, called lesson unless --name says otherwise, on free ports and without
data. Every verb works on it from another terminal: leto-cluster --name lesson status`;
