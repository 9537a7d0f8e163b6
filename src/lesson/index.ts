/** The only door to the guided lessons, and to the runner that gives them. */
export type { Desk, LessonCluster } from './classroom.js';
export type { Lesson } from './lesson.js';
export { lessonNamed, lessons } from './lessons.js';
export type { Note, Outcome, TimedNote } from './notes.js';
export { reportOf } from './report.js';
export { runLesson } from './run-lesson.js';
export type { Holdings } from './scene.js';
