/** Renders the UI with a fake cluster and a fake terminal. */

import { EventEmitter } from 'node:events';
import { render } from 'ink-testing-library';
import type { ClusterView } from '../../src/control/index.js';
import { App } from '../../src/tui/app.js';
import { Controls } from '../../src/tui/controls.js';
import type { Size } from '../../src/tui/layout.js';
import { type Paint, paintPlain } from '../../src/tui/paint.js';
import { TerminalSize } from '../../src/tui/terminal-size.js';
import { FakeCluster } from './fixtures.js';
import { until } from './until.js';

process.env.TZ = 'UTC';

/** The current time, and so the uptime of the nodes in the fixtures, which started at 0. */
const fixedNowMs = 83_000;

class FakeStdout extends EventEmitter {
  constructor(
    public columns: number,
    public rows: number,
  ) {
    super();
  }
}

export interface Shown {
  readonly cluster: FakeCluster;
  /** Returns what the user sees. */
  readonly screen: () => string;
  /** Returns how often ink has drawn. */
  readonly frames: () => number;
  readonly press: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Waits until the screen contains the text. */
  readonly sees: (text: string) => Promise<void>;
  readonly asked: { redraws: number; quits: number };
  readonly close: () => void;
}

/** Renders the whole UI as on a terminal of the given size. */
export async function show(
  view: ClusterView,
  { columns, rows }: Size,
  paint: Paint = paintPlain,
): Promise<Shown> {
  const cluster = new FakeCluster(view);
  const stdout = new FakeStdout(columns, rows);
  const asked = { redraws: 0, quits: 0 };
  const controls = new Controls(
    {
      source: cluster,
      dispatch: cluster.dispatch,
      ask: cluster.ask,
      sendCommand: cluster.sendCommand,
    },
    {
      redraw: () => {
        asked.redraws += 1;
      },
      quit: () => {
        asked.quits += 1;
      },
    },
  );
  const ink = render(
    <App
      view={cluster}
      size={new TerminalSize(stdout as unknown as NodeJS.WriteStream)}
      controls={controls}
      paint={paint}
      version="1.2.3"
      quitMode="stop"
      now={() => fixedNowMs}
    />,
  );
  const screen = () => ink.lastFrame() ?? '';
  await until(() => ink.stdin.listenerCount('readable') > 0 && cluster.listeners > 0, screen);
  return {
    cluster,
    screen,
    frames: () => ink.frames.length,
    press: (keys) => ink.stdin.write(keys),
    resize: (nextColumns, nextRows) => {
      Object.assign(stdout, { columns: nextColumns, rows: nextRows });
      stdout.emit('resize');
    },
    sees: (text) => until(() => screen().includes(text), screen),
    asked,
    close: () => {
      controls.stop();
      ink.unmount();
    },
  };
}
