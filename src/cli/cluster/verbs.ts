/**
 * Carries out the verbs that concern a whole cluster: `status`, `events`, `ps`, `down`, `destroy`.
 */

import { LetoError } from '../../base/index.js';
import {
  deleteClusterData,
  forgetCluster,
  knownClusterNames,
  readHomeRecord,
  stoppedDataDirOf,
} from '../../cluster/index.js';
import { type ClusterEvent, describeEvent } from '../../control/index.js';
import { print, printJson } from '../shell/output.js';
import { alignColumns, statusTable } from './status-table.js';
import { type GlobalOptions, withCluster } from './verb.js';

export async function showStatus({ name, json }: GlobalOptions): Promise<void> {
  const status = await withCluster(name, (client) => client.status());
  if (json) printJson(status);
  else print(statusTable(status));
}

/** With `follow`, prints until the cluster ends or the reader of stdout has gone. */
export async function showEvents(follow: boolean, { name, json }: GlobalOptions): Promise<void> {
  const show = (event: ClusterEvent) => (json ? printJson(event) : print(eventLine(event)));
  await withCluster(name, async (client) => {
    const early: ClusterEvent[] = [];
    let onEvent = (event: ClusterEvent) => {
      early.push(event);
    };
    const kept = await client.events((event) => onEvent(event));
    if (!follow) {
      kept.forEach(show);
      return;
    }
    [...kept, ...early].forEach(show);
    onEvent = show;
    await client.untilClosed();
  });
}

/** Returns a line with the local time; `--json` has the date and the time zone too. */
export function eventLine(event: ClusterEvent): string {
  const time = new Date(event.at).toTimeString().slice(0, 8);
  return `${time} ${describeEvent(event)}`;
}

interface ClusterLine {
  readonly name: string;
  readonly state: 'running' | 'stopped';
  readonly nodes: number | null;
  readonly leader: string | null;
  readonly port: number | null;
  readonly dataDir: string | null;
}

export async function listClusters({ json }: GlobalOptions): Promise<void> {
  const names = (await knownClusterNames()).sort();
  const lines = (await Promise.all(names.map(clusterLine))).filter((line) => line !== null);
  if (json) {
    printJson(lines);
    return;
  }
  const cells = lines.map((line) => Object.values(line).map((value) => String(value ?? '-')));
  const titles = ['NAME', 'STATE', 'NODES', 'LEADER', 'PORT', 'DATA'];
  print(alignColumns([titles, ...cells]).join('\n'));
}

/** Returns null when the cluster was killed, and the name has no data that stays. */
async function clusterLine(name: string): Promise<ClusterLine | null> {
  const record = await readHomeRecord(name);
  try {
    const { nodes, leader } = await withCluster(name, (client) => client.status());
    const port = nodes[0]?.respPort ?? null;
    const dataDir = record?.dataDir ?? null;
    return { name, state: 'running', nodes: nodes.length, leader, port, dataDir };
  } catch (error) {
    if (!(error instanceof LetoError)) throw error;
    const dataDir = stoppedDataDirOf(record);
    if (dataDir === null) return null;
    return { name, state: 'stopped', nodes: null, leader: null, port: null, dataDir };
  }
}

export async function down(all: boolean, { name, json }: GlobalOptions): Promise<void> {
  const names = all ? await knownClusterNames() : [name];
  const stopped: string[] = [];
  for (const each of names) if (await stop(each)) stopped.push(each);
  if (json) printJson({ stopped });
  else print(stopped.length > 0 ? `stopped ${stopped.join(', ')}` : 'nothing was running');
}

/** Returns false when no cluster of that name was running. */
async function stop(name: string): Promise<boolean> {
  try {
    await withCluster(name, (client) => client.down());
    return true;
  } catch (error) {
    if (error instanceof LetoError && error.code === 'LETO_NO_SUCH_CLUSTER') return false;
    throw error;
  }
}

export async function destroy({ name, json }: GlobalOptions): Promise<void> {
  const before = await readHomeRecord(name);
  const wasRunning = await stop(name);
  if (before) await deleteClusterData(before.dataDir);
  // A temporary cluster gives its name back to the stopped one that had it before.
  const isStoppedKept = before?.isTemporary === true && stoppedDataDirOf(before) !== null;
  if (!isStoppedKept) await forgetCluster(name);
  if (json) printJson({ destroyed: before !== null || wasRunning });
  else print(before ? `destroyed ${name} and its data in ${before.dataDir}` : 'nothing to destroy');
}
