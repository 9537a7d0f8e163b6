/** The verbs `log` (the entries of a node's Raft log) and `logs` (a node's own log lines). */

import type { Command } from 'commander';
import type { LogAnswer, LogEntryView } from '../../control/index.js';
import { print, printJson } from '../shell/output.js';
import { readWhole } from './option-values.js';
import { alignColumns } from './status-table.js';
import { addVerb, type GlobalOptions, globalOptionsOf, withCluster } from './verb.js';

interface LogFlags {
  readonly from?: number;
  readonly to?: number;
}

const readIndex = readWhole(1, Number.MAX_SAFE_INTEGER);

export function addLogVerbs(program: Command): void {
  addVerb(program, 'log', "shows a node's log entries: the latest, 1000 at most", [
    'log n1',
    'log n1 --from 10 --to 20',
    'log n2 --json',
  ])
    .argument('<node>', 'a running node')
    .option('--from <index>', 'index of the first entry', readIndex)
    .option('--to <index>', 'index of the last entry', readIndex)
    .action((node: string, flags: LogFlags, command: Command) =>
      showLog(node, flags, globalOptionsOf(command)),
    );
  addVerb(program, 'logs', "shows a node's own log lines, oldest first; works for dead nodes too", [
    'logs n1',
    'logs n2 -f',
    'logs n1 --json',
  ])
    .argument('<node>', 'a node')
    .option('-f, --follow', 'keep printing new lines')
    .action((node: string, flags: { follow?: boolean }, command: Command) =>
      showLines(node, flags.follow ?? false, globalOptionsOf(command)),
    );
}

async function showLog(
  node: string,
  flags: LogFlags,
  { name, json }: GlobalOptions,
): Promise<void> {
  const { from = null, to = null } = flags;
  const answer = await withCluster(name, (client) => client.ask({ type: 'log', node, from, to }));
  if (json) printJson(answer);
  else print(logTable(answer).join('\n'));
}

const titles = ['INDEX', 'TERM', 'COMMITTED', 'APPLIED', 'COMMAND'];

function logTable({ node, firstLogIndex, entries }: LogAnswer): string[] {
  const rows = alignColumns([titles, ...entries.map(cellsOf)]);
  const hasSnapshot = firstLogIndex > 1 && (entries[0]?.index ?? firstLogIndex) === firstLogIndex;
  return hasSnapshot
    ? [`${node}: entries 1 to ${firstLogIndex - 1} are in a snapshot`, ...rows]
    : rows;
}

function cellsOf({ index, term, command, committed, applied }: LogEntryView): string[] {
  const yesNo = (value: boolean) => (value ? 'yes' : 'no');
  return [String(index), String(term), yesNo(committed), yesNo(applied), command];
}

/** With `follow`, prints until the cluster ends or the reader of stdout has gone. */
async function showLines(
  node: string,
  follow: boolean,
  { name, json }: GlobalOptions,
): Promise<void> {
  const show = (line: string) => (json ? printJson(lineObject(node, line)) : print(line));
  await withCluster(name, async (client) => {
    if (!follow) {
      (await client.ask({ type: 'lines', node })).lines.forEach(show);
      return;
    }
    const early: string[] = [];
    let onLines = (lines: readonly string[]) => {
      early.push(...lines);
    };
    const { lines } = await client.lines(node, (more) => onLines(more));
    [...lines, ...early].forEach(show);
    onLines = (more) => more.forEach(show);
    await client.untilClosed();
  });
}

/** Returns `{"at", "node", "line"}`. A line starts with its time, up to the first space. */
function lineObject(node: string, text: string) {
  const [at = ''] = text.split(' ', 1);
  return { at, node, line: text.slice(at.length + 1) };
}
