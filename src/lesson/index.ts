/** The public API of the guided lessons and of the runner. */

export type { Lesson } from './lesson.js';
export type { LessonCluster, LessonUi } from './lesson-environment.js';
export type { LessonEvent, LessonOutcome, TimedLessonEvent } from './lesson-events.js';
export type { NodeContents } from './lesson-scene.js';
export { lessonNamed, lessons } from './lessons.js';
export { renderLessonReport } from './report.js';
export { runLesson } from './run-lesson.js';
