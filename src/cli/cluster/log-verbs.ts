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

/** What one node holds and says. */
export function addLogVerbs(program: Command): void {
  addVerb(program, 'log', "shows the entries of a node's log: the latest, 1000 at most", [
    'log n1',
    'log n1 --from 10 --to 20',
    'log n2 --json',
  ])
    .argument('<node>', 'a node that runs')
    .option('--from <index>', 'the first entry', readIndex)
    .option('--to <index>', 'the last entry', readIndex)
    .action((node: string, flags: LogFlags, command: Command) =>
      showLog(node, flags, globalOptionsOf(command)),
    );
  addVerb(program, 'logs', "shows a node's own log lines, oldest first, also of a dead node", [
    'logs n1',
    'logs n2 -f',
    'logs n1 --json',
  ])
    .argument('<node>', 'a node')
    .option('-f, --follow', 'go on with the next lines')
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
  const isCut = firstLogIndex > 1 && (entries[0]?.index ?? firstLogIndex) === firstLogIndex;
  return isCut
    ? [`${node}: a snapshot stands for entries 1 to ${firstLogIndex - 1}`, ...rows]
    : rows;
}

function cellsOf({ index, term, command, committed, applied }: LogEntryView): string[] {
  const yesNo = (holds: boolean) => (holds ? 'yes' : 'no');
  return [String(index), String(term), yesNo(committed), yesNo(applied), command];
}

/** With `follow` until the cluster ends or the reader has had enough. */
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

/** `{"at", "node", "line"}`: the line's time stands before its first blank. */
function lineObject(node: string, text: string) {
  const [at = ''] = text.split(' ', 1);
  return { at, node, line: text.slice(at.length + 1) };
}
