import { ControlClient } from '../cluster/index.js';
import { checkName, type Intent, verbLineOf } from '../control/index.js';
import type { Globals } from './globals.js';
import { say, sayJson } from './output.js';

/** Asks a running cluster, and hangs up whatever comes of it. */
export async function withCluster<T>(
  name: string,
  ask: (client: ControlClient) => Promise<T>,
): Promise<T> {
  checkName(name);
  const client = await ControlClient.connect(name);
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

/** Has a running cluster do it, and says when it is done. */
export async function carryOut(intent: Intent, { name, json }: Globals): Promise<void> {
  await withCluster(name, (client) => client.dispatch(intent));
  const { type: verb, ...details } = intent;
  if (json) sayJson({ ok: true, verb, ...details });
  else say(`${verbLineOf(intent)}: done`);
}
