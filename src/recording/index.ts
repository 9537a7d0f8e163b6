/** The public interface of recorded runs: writing them, replaying them and reporting on them. */
export { Player } from './player.js';
export { Recorder } from './recorder.js';
export { Recording } from './recording.js';
export { createRecordingFile, type RecordingFile } from './recording-file.js';
export { reportPage } from './report-page.js';
export { summarize } from './summary.js';
export { parseTime } from './times.js';
