import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acquireScreen, changesBetween, FrameStream, restoreScreen } from '../../src/tui/screen.js';
import { FakeTerminal } from './fake-terminal.js';

test('only lines that differ are written, each at its row', () => {
  assert.equal(changesBetween(['a', 'b', 'c'], ['a', 'B', 'c']), '\x1b[2;1H\x1b[2KB');
  assert.equal(changesBetween(['a', 'b'], ['a', 'b']), '');
});

test('removed lines are erased and new ones added', () => {
  assert.equal(changesBetween(['a', 'b'], ['a']), '\x1b[2;1H\x1b[2K');
  assert.equal(changesBetween(['a'], ['a', 'b']), '\x1b[2;1H\x1b[2Kb');
});

test('the first frame clears the screen and skips empty lines', () => {
  assert.equal(changesBetween(null, ['a', '', 'b']), '\x1b[2J\x1b[1;1H\x1b[2Ka\x1b[3;1H\x1b[2Kb');
});

test('acquiring the screen hides the cursor, and restoring shows it', () => {
  const terminal = new FakeTerminal();
  acquireScreen(terminal.stdin, terminal.stdout);
  assert.equal(terminal.take(), '\x1b[?1049h\x1b[?7l\x1b[?25l');
  terminal.stdin.setRawMode(true);
  restoreScreen(terminal.stdout);
  assert.equal(terminal.take(), '\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l');
  assert.equal(terminal.isRaw, false);
});

test('a screen is restored once, and only if it was acquired', () => {
  const terminal = new FakeTerminal();
  restoreScreen(terminal.stdout);
  assert.equal(terminal.take(), '');
  acquireScreen(terminal.stdin, terminal.stdout);
  restoreScreen(terminal.stdout);
  terminal.take();
  restoreScreen(terminal.stdout);
  assert.equal(terminal.take(), '');
});

test('a frame is drawn at once, and not again while it stays the same', () => {
  const terminal = new FakeTerminal();
  const frames = new FrameStream(terminal.stdout);
  acquireScreen(terminal.stdin, terminal.stdout);
  terminal.take();
  frames.write('a\nb');
  assert.equal(terminal.take(), `\x1b[?2026h${changesBetween(null, ['a', 'b'])}\x1b[?2026l`);
  frames.write('a\nb');
  assert.equal(terminal.take(), '');
  restoreScreen(terminal.stdout);
});

test('everything is redrawn after a resize and on request', () => {
  const terminal = new FakeTerminal();
  const frames = new FrameStream(terminal.stdout);
  acquireScreen(terminal.stdin, terminal.stdout);
  frames.write('a\nb');
  const whole = changesBetween(null, ['a', 'b']);
  terminal.take();
  terminal.resize(90, 20);
  frames.write('a\nb');
  assert.ok(terminal.take().includes(whole));
  frames.redraw();
  assert.ok(terminal.take().includes(whole));
  restoreScreen(terminal.stdout);
});

test('nothing is drawn on a restored screen', () => {
  const terminal = new FakeTerminal();
  const frames = new FrameStream(terminal.stdout);
  acquireScreen(terminal.stdin, terminal.stdout);
  restoreScreen(terminal.stdout);
  terminal.take();
  frames.write('late');
  frames.redraw();
  assert.equal(terminal.take(), '');
});

test('lines replace their placeholders, each at its column', () => {
  const terminal = new FakeTerminal();
  acquireScreen(terminal.stdin, terminal.stdout);
  const frames = new FrameStream(terminal.stdout);
  terminal.take();
  const [left, right] = [frames.place('猫 left'), frames.place('right')];
  frames.write(`${left}    ${right}\nplain`);
  assert.ok(terminal.take().includes('猫 left\x1b[6Gright\x1b[2;1H\x1b[2Kplain'));
  restoreScreen(terminal.stdout);
  frames.destroy();
});
