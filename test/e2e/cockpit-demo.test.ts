/** Two demonstrations for an audience, driven by keys in a real terminal with five nodes. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { termOf } from '../../src/control/index.js';
import { Program } from '../helpers/program.js';
import { fileEnding } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { Cockpit } from './cockpit.js';

const options = { skip: missing('tmux'), timeout: 240_000 };

const file = fileEnding();
let program: Program;
let cockpit: Cockpit;

before(async () => {
  if (options.skip) return;
  program = Program.create(file);
  const size = { columns: 120, rows: 40 };
  const env = { NO_COLOR: undefined };
  cockpit = await Cockpit.open(file, { program, name: 'demo', nodes: 5, ...size, env });
});

const reportOf = (id: string) => cockpit.view().nodes.find((node) => node.id === id)?.report;

test(
  'entries that a minority could not commit vanish when the network heals',
  options,
  async () => {
    let minority: string[] = [];
    for (let isCut = false; !isCut; ) {
      await cockpit.untilReady();
      const leader = cockpit.leader();
      const others = cockpit.view().nodes.flatMap(({ id }) => (id === leader ? [] : [id]));
      minority = [leader, others[0] ?? ''];
      // Slow time, so that the leader still leads when it is cut off and written to.
      await cockpit.isSeen(/ {2}0\.5x/, '1', '[');
      await cockpit.isSeen(/ {2}0\.2x/, '[');
      for (const id of minority) {
        await cockpit.select(id);
        for (const other of others.slice(1)) {
          await cockpit.isSeen(new RegExp(`you did: .* cut ${id} ${other}`), 'c', other.slice(1));
        }
      }
      await cockpit.isSeen(/ {2}writing/, 'w');
      await cockpit.until(() => isAhead(leader) || reportOf(leader)?.role !== 'leader');
      isCut = isAhead(leader);
      await cockpit.isSeen(/^leto-cluster (?!.*writing)/, 'w');
      if (!isCut) await cockpit.isSeen(/links, messages per second: no faults/, 'h');
    }
    await cockpit.isSeen(/you did: leto-cluster speed 0\.5/, ']');
    await cockpit.isSeen(/you did: leto-cluster speed 1/, ']');
    const [deposed = ''] = minority;
    await cockpit.until(() => !minority.includes(cockpit.leader()) && cockpit.leader() !== '');
    await cockpit.isSeen(/events matching dropped entries/, '/', 'dropped entries', 'Enter');
    await cockpit.isSeen(new RegExp(`${deposed} dropped entries \\d+ to \\d+`), 'h');
    await cockpit.untilReady();
    assert.ok(cockpit.terminal.colouredScreen().includes('\x1b['));
    await cockpit.isSeen(/5 events ─/, 'Escape');
  },
);

function isAhead(id: string): boolean {
  const report = reportOf(id);
  return report !== undefined && report !== null && report.lastLogIndex > report.commitIndex;
}

test('an election can be stepped through, message by message', options, async () => {
  await cockpit.untilReady();
  await cockpit.isSeen(/time is stopped: n runs the first/, '1', 'Space');
  await cockpit.until(({ held }) => held.length > 0);
  const term = termOf(cockpit.view());
  await cockpit.isSeen(/you did: leto-cluster kill leader/, 'L');
  await cockpit.until(() => cockpit.leader() === '');
  for (const kind of [/next +n\d → n\d +PreVote /, /next +n\d → n\d +RequestVote /]) {
    await step(() => kind.test(cockpit.terminal.screen()));
  }
  await step(() => cockpit.leader() !== '');
  assert.ok(termOf(cockpit.view()) > term);
  await cockpit.isSeen(new RegExp(`★ leader +${cockpit.leader()}`));
  await cockpit.isSeen(/you did: leto-cluster speed 1/, 'Space');
});

/** Steps until the condition holds, and waits for the effect of each step. */
async function step(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    const before = cockpit.view().held;
    cockpit.press('n');
    await cockpit.until(({ held }) => held !== before);
  }
}

test('Ctrl-C ends the program, and nothing was written to stderr', options, async () => {
  await cockpit.isSeen(/ended with 0/, 'C-c');
  assert.equal(readFileSync(`${program.home}/stderr`, 'utf8'), '');
});
