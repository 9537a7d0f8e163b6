import { writeSync } from 'node:fs';
import { runTui } from '../../src/tui/index.js';
import { FakeTerminal } from './fake-terminal.js';
import { FakeCluster, healthy } from './fixtures.js';

/** Shows the UI on a terminal that is its stdout, and ends without it, in the way that is named. */
const ending = process.argv[2];
const terminal = new FakeTerminal((text) => {
  writeSync(1, text);
  if (text.includes('q')) setImmediate(end);
});
const cluster = new FakeCluster(healthy());
const { dispatch, ask, sendCommand } = cluster;
const { stdin, stdout } = terminal;
await runTui({
  source: cluster,
  dispatch,
  ask,
  sendCommand,
  quitMode: 'stop',
  stdin,
  stdout,
  colour: false,
  version: '1.2.3',
});

function end(): void {
  if (ending === 'exit') process.exit(3);
  throw new Error('something else went wrong');
}
