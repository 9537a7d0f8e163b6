/**
 * A program that shows the UI on its stdout and then ends abruptly, in the way that its argument
 * names.
 */

import { writeSync } from 'node:fs';
import { runTui } from '../../src/tui/index.js';
import { FakeTerminal } from './fake-terminal.js';
import { FakeCluster, healthy } from './fixtures.js';

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
