/**
 * The verb `attach`: the terminal UI on a cluster that runs in another process. The terminal UI of
 * a cluster in this process is started by up.ts.
 */

import { LetoError } from '../../base/index.js';
import { ControlClient } from '../../cluster/index.js';
import { print } from '../shell/output.js';
import { sendCommandToNode } from './send-command-to-node.js';
import { type GlobalOptions, withCluster } from './verb.js';
import { version } from './version.js';

/**
 * Shows a running cluster in this terminal until the user leaves or the cluster ends. The cluster
 * keeps running when the user leaves.
 * @throws {LetoError} LETO_BAD_OPTION without a terminal, LETO_NO_SUCH_CLUSTER; LETO_CLUSTER_GONE
 * when the cluster closed the connection
 */
export async function attach({ name, json, color }: GlobalOptions): Promise<void> {
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) throw noTerminalError();
  await withCluster(name, async (client) => {
    const disconnected = new AbortController();
    const closed = client.untilClosed().then(() => disconnected.abort());
    await showTui(client, color, disconnected.signal);
    if (disconnected.signal.aborted) await reportDisconnect(name, closed);
    else print(`left ${name}, which keeps running; stop it with: ${downCommand(name)}`);
  });
}

async function showTui(client: ControlClient, colour: boolean, signal: AbortSignal): Promise<void> {
  // Loaded on demand: the terminal UI takes longer to load than most verbs take to run.
  const [view, { runTui }] = await Promise.all([client.watch(), import('../../tui/index.js')]);
  await runTui({
    source: view,
    dispatch: (intent) => client.dispatch(intent),
    ask: (question) => client.ask(question),
    sendCommand: (node, words) => sendCommandToNode(view.view(), node, words, null),
    quitMode: 'detach',
    stdin: process.stdin,
    stdout: process.stdout,
    colour,
    version,
    signal,
  });
}

/** Reports why the connection closed: the cluster ended, or this terminal read too slowly. */
async function reportDisconnect(name: string, closed: Promise<void>): Promise<void> {
  await closed;
  const isRunning = await ControlClient.connect(name).then(
    (client) => {
      client.close();
      return true;
    },
    () => false,
  );
  if (!isRunning) {
    print(`cluster ${name} has ended`);
    return;
  }
  const message = `cluster ${name} keeps running, but dropped this terminal for reading too slowly; attach again`;
  throw new LetoError('LETO_CLUSTER_GONE', message);
}

function downCommand(name: string): string {
  return name === 'default' ? 'leto-cluster down' : `leto-cluster --name ${name} down`;
}

function noTerminalError(): LetoError {
  return new LetoError(
    'LETO_BAD_OPTION',
    'attach needs a terminal; without one use `leto-cluster status` or `leto-cluster events -f`',
  );
}
