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

/** In the order in which they are best taught. */
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

/** @throws {LetoError} LETO_BAD_OPTION where there is none of that name */
export function lessonNamed(name: string): Lesson {
  const lesson = lessons.find((known) => known.name === name);
  if (lesson) return lesson;
  const known = lessons.map((other) => other.name).join(', ');
  throw new LetoError('LETO_BAD_OPTION', `there is no lesson ${name}; there are ${known}`);
}
