/** The client behind the `:` line, against a fake node. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { sendCommandToNode } from '../../src/cli/cluster/send-command-to-node.js';
import type { ClusterView } from '../../src/control/index.js';
import { endWithTest } from '../helpers/resources.js';

/** A cluster of one node, whose RESP port answers each connection with `reply`. */
async function nodeThatReplies(t: TestContext, reply: string) {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      received.push(data.toString());
      socket.end(reply);
    });
  });
  endWithTest(t, server).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { view: viewOf(port), received };
}

function viewOf(respPort: number | null): ClusterView {
  const node = { id: 'n1', host: '127.0.0.1', respPort };
  return { nodes: [node] } as unknown as ClusterView;
}

test('a command is sent to the RESP port of the node, and its reply is returned', async (t) => {
  const node = await nodeThatReplies(t, '$1\r\nb\r\n');
  const shown = await sendCommandToNode(node.view, 'n1', ['get', 'a'], null);
  assert.deepEqual(shown, { lines: ['"b"'], isFailure: false });
  assert.deepEqual(node.received, ['*2\r\n$3\r\nget\r\n$1\r\na\r\n']);
});

test('a password is sent first, and the reply to the command is returned', async (t) => {
  const node = await nodeThatReplies(t, '+OK\r\n-ERR no\r\n');
  const shown = await sendCommandToNode(node.view, 'n1', ['get', 'a'], 'sécret');
  assert.deepEqual(shown, { lines: ['(error) ERR no'], isFailure: true });
  assert.match(node.received.join(''), /^\*2\r\n\$4\r\nAUTH\r\n\$7\r\nsécret\r\n/);
});

test('the error names a node that hangs up, does not listen or does not exist', async (t) => {
  const node = await nodeThatReplies(t, '');
  const failure = { code: 'LETO_NODE_STATE', message: /^n1 does not answer: / };
  await assert.rejects(sendCommandToNode(node.view, 'n1', ['get', 'a'], null), failure);
  await assert.rejects(sendCommandToNode(viewOf(null), 'n1', ['get', 'a'], null), failure);
});
