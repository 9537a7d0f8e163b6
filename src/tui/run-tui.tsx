/** Runs the terminal UI: connects the cluster, the terminal, Controls and the App component. */

import { render } from 'ink';
import { assert } from '../base/index.js';
import { App } from './app.js';
import { Controls } from './controls.js';
import { LinePlacerContext } from './lines.js';
import { paintFor, paintPlain } from './paint.js';
import { acquireScreen, FrameStream, restoreScreen } from './screen.js';
import { TerminalSize } from './terminal-size.js';
import { ThrottledView } from './throttled-view.js';
import type { TuiOptions } from './tui-options.js';

/** The signals that end the UI as `q` does. The caller then stops the rest. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Shows the cluster until the user quits, a signal arrives or the terminal closes.
 *
 * The terminal is restored before this resolves or rejects, and when the process exits first. Code
 * that prints an error while the UI is shown must call `restoreScreen` first, or the error will not
 * be seen.
 * @throws {LetoError} LETO_ASSERTION when stdin or stdout is not a terminal
 */
export async function runTui(options: TuiOptions): Promise<void> {
  const { stdin, stdout } = options;
  assert(stdin.isTTY && stdout.isTTY, 'the terminal UI needs stdin and stdout to be terminals');
  const restore = () => restoreScreen(stdout);
  process.on('exit', restore);
  const frames = new FrameStream(stdout);
  acquireScreen(stdin, stdout);
  try {
    await runUntilQuit(options, frames);
  } finally {
    restore();
    frames.destroy();
    process.off('exit', restore);
  }
}

async function runUntilQuit(options: TuiOptions, frames: FrameStream): Promise<void> {
  const { source, stdin, stdout, colour, version, quitMode, playback } = options;
  const quit = () => ink.unmount();
  const controls = new Controls(options, { redraw: () => frames.redraw(), quit });
  const app = (
    <LinePlacerContext value={frames.place}>
      <App
        view={new ThrottledView(source)}
        size={new TerminalSize(stdout)}
        controls={controls}
        paint={colour ? paintFor(stdout.getColorDepth()) : paintPlain}
        version={version}
        quitMode={quitMode}
        now={() => playback?.nowMs() ?? performance.timeOrigin + performance.now()}
        playback={playback}
      />
    </LinePlacerContext>
  );
  const ink = render(app, { ...inkOptions, stdin, stdout: frames as unknown as typeof stdout });
  for (const signal of endingSignals) process.on(signal, quit);
  options.signal?.addEventListener('abort', quit);
  if (options.signal?.aborted) quit();
  quitWhenTerminalCloses(options, quit);
  try {
    await ink.waitUntilExit();
  } finally {
    controls.stop();
    for (const signal of endingSignals) process.off(signal, quit);
    options.signal?.removeEventListener('abort', quit);
  }
}

/** `debug` makes ink write every frame in full, as FrameStream requires. */
const inkOptions = {
  debug: true,
  exitOnCtrlC: false,
  patchConsole: false,
  isScreenReaderEnabled: false,
};

/**
 * Ends the UI when the terminal closes. The error listener is never removed: later errors of the
 * terminal must not end the process while the cluster is being stopped.
 */
function quitWhenTerminalCloses({ stdin }: TuiOptions, quit: () => void): void {
  stdin.once('end', quit);
  stdin.on('error', quit);
}
