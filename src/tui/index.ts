/** The public interface of the terminal UI. */
export { runTui } from './run-tui.js';
export type { TuiOptions, TuiSource } from './tui-options.js';
