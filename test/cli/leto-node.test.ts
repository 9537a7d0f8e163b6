/** A node of `leto` in this process: what a crash closes, and the next life. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseFlags } from '../../src/cli/leto/flags.js';
import { LetoNode } from '../../src/cli/leto/leto-node.js';
import { LetoLog } from '../../src/cli/leto/log.js';
import { planLeto } from '../../src/cli/leto/plan.js';
import { connectTo } from '../helpers/load.js';
import { reservePorts } from '../helpers/ports.js';
import { atEnd, temporaryFolder } from '../helpers/resources.js';

/** A node in this process; `run` starts its next life. */
async function createRunner(t: TestContext) {
  const folder = temporaryFolder(t, 'node');
  const port = await reservePorts(2);
  const ports = ['-listen', `:${port}`, '-raftbind', `:${port + 1}`];
  const flags = parseFlags(['-id', 'id1', '-raftdir', folder, ...ports]);
  assert.ok(flags);
  const plan = planLeto(flags);
  const nodes: LetoNode[] = [];
  atEnd(t, async () => {
    for (const node of nodes) await node.close({ force: true });
  });
  const run = async () => {
    const node = new LetoNode(plan, new LetoLog(plan.id, 'quiet', () => {}), t.signal);
    nodes.push(node);
    await node.start();
    return node;
  };
  return { port, run };
}

test('a node that crashes closes its connections and its folder, and can run again', async (t) => {
  const { port, run } = await createRunner(t);
  const node = await run();
  const client = connectTo(t, port);
  await client.connect();
  const lost = new Promise((resolve) => client.once('close', resolve));
  const reason = new Error('the disk is gone');
  node.crash(reason);
  await assert.rejects(node.failed, reason);
  await lost;
  await node.close({ force: false });
  await run();
  const again = connectTo(t, port);
  await again.connect();
  assert.equal(await again.ping(), 'PONG');
  again.disconnect();
});
