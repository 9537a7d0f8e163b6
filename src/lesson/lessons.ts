/** The list of all lessons. */

import { LetoError } from '../base/index.js';
import { election } from './election.js';
import { exactlyOnce } from './exactly-once.js';
import { firstWrite } from './first-write.js';
import { fsync } from './fsync.js';
import type { Lesson } from './lesson.js';
import { lostEntry } from './lost-entry.js';
import { membership } from './membership.js';
import { minority } from './minority.js';
import { snapshot } from './snapshot.js';
import { splitVote } from './split-vote.js';
import { staleRead } from './stale-read.js';

/** All lessons in teaching order. */
export const lessons: readonly Lesson[] = [
  firstWrite,
  election,
  lostEntry,
  minority,
  splitVote,
  staleRead,
  fsync,
  exactlyOnce,
  snapshot,
  membership,
];

/** @throws {LetoError} LETO_BAD_OPTION when there is no lesson of that name */
export function lessonNamed(name: string): Lesson {
  const lesson = lessons.find((known) => known.name === name);
  if (lesson) return lesson;
  const known = lessons.map((other) => other.name).join(', ');
  throw new LetoError('LETO_BAD_OPTION', `there is no lesson ${name}; choose one of ${known}`);
}
