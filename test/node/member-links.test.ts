import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../src/control/index.js';
import { MemberLinks } from '../../src/node/member-links.js';
import type { AddressesById, NodeId } from '../../src/raft/index.js';
import { n1, n2, n3 } from '../raft/node.js';

/** Starts the links of n1 and records each change to them, in order. */
function start() {
  const done: string[] = [];
  const resp = new Map<NodeId, Address>();
  const http = new Map<NodeId, Address>();
  const links = new MemberLinks(
    n1,
    {
      link: (peer, { host, port }) => done.push(`link ${peer} ${host}:${port}`),
      stopRedialing: (peer) => done.push(`stop ${peer}`),
    },
    { resp, http },
  );
  const configure = (addresses?: AddressesById) =>
    links.updateConfiguration({ voters: [], learners: [], ...(addresses ? { addresses } : {}) });
  const take = () => done.splice(0);
  return { links, configure, take, resp, http };
}

function at(port: number) {
  return { raft: { host: 'b', port }, resp: { host: 'c', port }, http: { host: 'd', port } };
}

test('a node links to every other member once', () => {
  const { configure, take } = start();
  configure({ n1: 'a:1', n2: 'a:2', n3: 'a:3' });
  assert.deepEqual(take(), ['link n2 a:2', 'link n3 a:3']);
  configure({ n1: 'a:1', n2: 'a:2', n3: 'a:3' });
  assert.deepEqual(take(), []);
});

test('a removed member is not dialled again, and a moved one is dialled at its new address', () => {
  const { configure, take } = start();
  configure({ n2: 'a:2', n3: 'a:3' });
  take();
  configure({ n2: 'a:9' });
  assert.deepEqual(take(), ['link n2 a:9', 'stop n3']);
});

test('the address that a member announces overrides the configuration, until it leaves', () => {
  const { configure, links, take, resp } = start();
  configure({ n2: 'a:2' });
  links.handlePeerConnected(n2, at(7));
  configure({ n2: 'a:8' });
  assert.deepEqual(take(), ['link n2 a:2', 'link n2 b:7', 'link n2 b:7']);
  assert.deepEqual(resp.get(n2), { host: 'c', port: 7 });
  configure({});
  configure({ n2: 'a:2' });
  assert.deepEqual(take(), ['stop n2', 'link n2 a:2']);
});

test('a member that comes back without HTTP loses its HTTP address', () => {
  const { links, resp, http } = start();
  links.handlePeerConnected(n2, at(7));
  assert.deepEqual(http.get(n2), { host: 'd', port: 7 });
  links.handlePeerConnected(n2, { ...at(8), http: null });
  assert.deepEqual([resp.get(n2), http.get(n2)], [{ host: 'c', port: 8 }, undefined]);
});

test('a node without a configuration keeps the link to the leader that connects to it', () => {
  const { configure, links, take } = start();
  configure();
  links.handlePeerConnected(n3, at(7));
  assert.deepEqual(take(), ['link n3 b:7']);
  configure({ n1: 'a:1', n3: 'a:3' });
  assert.deepEqual(take(), ['link n3 b:7']);
});

test('a peer that is not a member is linked but not dialled again', () => {
  const { configure, links, take } = start();
  configure({ n2: 'a:2' });
  take();
  links.handlePeerConnected(n3, at(7));
  assert.deepEqual(take(), ['link n3 b:7', 'stop n3']);
});
