import { LetoError } from '../../base/index.js';
import { ControlClient } from '../../cluster/index.js';
import { print } from '../shell/output.js';
import { sendCommandToNode } from './send-command-to-node.js';
import { type GlobalOptions, withCluster } from './verb.js';
import { version } from './version.js';

/**
 * Shows a running cluster in this terminal until the user leaves, which the cluster does not mind,
 * or the cluster ends.
 * @throws {LetoError} LETO_BAD_OPTION without a terminal, LETO_NO_SUCH_CLUSTER, LETO_CLUSTER_GONE
 */
export async function attach({ name, json, color }: GlobalOptions): Promise<void> {
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) throw noTerminalError();
  await withCluster(name, async (client) => {
    const disconnected = new AbortController();
    const closed = client.untilClosed().then(() => disconnected.abort());
    await showTui(client, color, disconnected.signal);
    if (disconnected.signal.aborted) await reportDisconnect(name, closed);
    else print(`left ${name}, which runs on; stop it with: ${downCommand(name)}`);
  });
}

async function showTui(client: ControlClient, colour: boolean, signal: AbortSignal): Promise<void> {
  // Only here: it takes longer to load than most verbs take to run.
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

/** The cluster has ended, or it has cut off one who did not read. */
async function reportDisconnect(name: string, closed: Promise<void>): Promise<void> {
  await closed;
  const isThere = await ControlClient.connect(name).then(
    (client) => {
      client.close();
      return true;
    },
    () => false,
  );
  if (!isThere) {
    print(`cluster ${name} has ended`);
    return;
  }
  const message = `cluster ${name} runs on, and has cut this terminal off: it did not read; attach again`;
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
