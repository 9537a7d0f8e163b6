import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../src/control/index.js';
import { MemberLinks } from '../../src/node/member-links.js';
import type { AddressesById, NodeId } from '../../src/raft/index.js';
import { n1, n2, n3 } from '../raft/node.js';

/** n1, and what it does to its links, in order. */
function start() {
  const done: string[] = [];
  const resp = new Map<NodeId, Address>();
  const http = new Map<NodeId, Address>();
  const links = new MemberLinks(
    n1,
    {
      link: (peer, { host, port }) => done.push(`link ${peer} ${host}:${port}`),
      stopRedialing: (peer) => done.push(`let go ${peer}`),
    },
    { resp, http },
  );
  const follow = (addresses?: AddressesById) =>
    links.updateConfiguration({ voters: [], learners: [], ...(addresses ? { addresses } : {}) });
  const take = () => done.splice(0);
  return { links, follow, take, resp, http };
}

function at(port: number) {
  return { raft: { host: 'b', port }, resp: { host: 'c', port }, http: { host: 'd', port } };
}

test('a node links to every other member, and once', () => {
  const { follow, take } = start();
  follow({ n1: 'a:1', n2: 'a:2', n3: 'a:3' });
  assert.deepEqual(take(), ['link n2 a:2', 'link n3 a:3']);
  follow({ n1: 'a:1', n2: 'a:2', n3: 'a:3' });
  assert.deepEqual(take(), []);
});

test('who has left is let go, and who has moved is looked for there', () => {
  const { follow, take } = start();
  follow({ n2: 'a:2', n3: 'a:3' });
  take();
  follow({ n2: 'a:9' });
  assert.deepEqual(take(), ['link n2 a:9', 'let go n3']);
});

test('what a member says of itself is newer than the configuration, until it leaves', () => {
  const { follow, links, take, resp } = start();
  follow({ n2: 'a:2' });
  links.handlePeerConnected(n2, at(7));
  follow({ n2: 'a:8' });
  assert.deepEqual(take(), ['link n2 a:2', 'link n2 b:7', 'link n2 b:7']);
  assert.deepEqual(resp.get(n2), { host: 'c', port: 7 });
  follow({});
  follow({ n2: 'a:2' });
  assert.deepEqual(take(), ['let go n2', 'link n2 a:2']);
});

test('a member that has come back without HTTP is not where it was', () => {
  const { links, resp, http } = start();
  links.handlePeerConnected(n2, at(7));
  assert.deepEqual(http.get(n2), { host: 'd', port: 7 });
  links.handlePeerConnected(n2, { ...at(8), http: null });
  assert.deepEqual([resp.get(n2), http.get(n2)], [{ host: 'c', port: 8 }, undefined]);
});

test('a node without a configuration keeps the link to the leader that calls it', () => {
  const { follow, links, take } = start();
  follow();
  links.handlePeerConnected(n3, at(7));
  assert.deepEqual(take(), ['link n3 b:7']);
  follow({ n1: 'a:1', n3: 'a:3' });
  assert.deepEqual(take(), ['link n3 b:7']);
});

test('who calls and is no member is answered, but not looked for', () => {
  const { follow, links, take } = start();
  follow({ n2: 'a:2' });
  take();
  links.handlePeerConnected(n3, at(7));
  assert.deepEqual(take(), ['link n3 b:7', 'let go n3']);
});
