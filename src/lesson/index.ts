/** The only door to the guided lessons, and to the runner that gives them. */
export type { Lesson } from './lesson.js';
export { lessonNamed, lessons } from './lessons.js';
export type { Note, Outcome, TimedNote } from './notes.js';
export { reportOf } from './report.js';
export { type Desk, type LessonCluster, runLesson } from './run-lesson.js';
export type { Holdings } from './scene.js';
