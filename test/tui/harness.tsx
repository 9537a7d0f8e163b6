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

/** The nodes of the fixtures have been up for that long. */
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
  /** What the user sees. */
  readonly screen: () => string;
  /** How often ink has drawn. */
  readonly frames: () => number;
  readonly press: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Waits until the text is to be seen. */
  readonly sees: (text: string) => Promise<void>;
  readonly asked: { redraws: number; quits: number };
  readonly close: () => void;
}

/** The whole UI, as it would be on a terminal of that size. */
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
