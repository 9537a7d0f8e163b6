import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, formatAddress } from '../../src/control/index.js';
import { MemberLinks } from '../../src/node/member-links.js';
import type { AddressesById, NodeId } from '../../src/raft/index.js';
import { n1, n2, n3 } from '../raft/node.js';

/** Starts the links of n1 and records each change to them, in order. */
function start() {
  const done: string[] = [];
  const linked = new Set<NodeId>();
  const resp = new Map<NodeId, Address>();
  const http = new Map<NodeId, Address>();
  const links = new MemberLinks(
    n1,
    {
      link: (peer, ...addresses) =>
        done.push(`link ${peer} ${addresses.map(formatAddress).join(' ')}`),
      stopRedialing: (peer) => done.push(`stop ${peer}`),
      isLinked: (peer) => linked.has(peer),
    },
    { resp, http },
  );
  const configure = (addresses?: AddressesById) =>
    links.updateConfiguration({ voters: [], learners: [], ...(addresses ? { addresses } : {}) });
  const take = () => done.splice(0);
  return { links, configure, take, resp, http, linked };
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

test('a member is looked for where it announced itself, then where the configuration has it', () => {
  const { configure, links, take, resp } = start();
  configure({ n2: 'a:2' });
  links.handlePeerConnected(n2, at(7));
  configure({ n2: 'a:8' });
  assert.deepEqual(take(), ['link n2 a:2', 'link n2 b:7 a:2', 'link n2 b:7 a:8']);
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
  assert.deepEqual(take(), ['link n3 b:7 a:3']);
});

test('a member that is not linked is also looked for where another member says it is', () => {
  const { configure, links, take, linked } = start();
  const name = (peer: NodeId, port: number) =>
    links.handleNamedAddresses(new Map([[peer, { host: 'e', port }]]));
  configure({ n2: 'a:2' });
  take();
  name(n2, 7);
  name(n2, 8);
  name(n2, 7);
  assert.deepEqual(take(), ['link n2 e:7 a:2', 'link n2 e:8 e:7 a:2'], 'each once');
  for (const port of [1, 2, 3]) name(n2, port);
  assert.equal(take().at(-1), 'link n2 e:3 e:2 e:1 e:8 a:2', 'the oldest is forgotten');
  name(n3, 7);
  linked.add(n2);
  name(n2, 9);
  assert.deepEqual(take(), [], 'n3 is no member, and n2 is found');
  assert.deepEqual(
    links.members.map(({ id, isLinked }) => [id, isLinked]),
    [[n2, true]],
  );
});

test('a peer that is not a member is linked but not dialled again', () => {
  const { configure, links, take } = start();
  configure({ n2: 'a:2' });
  take();
  links.handlePeerConnected(n3, at(7));
  assert.deepEqual(take(), ['link n3 b:7', 'stop n3']);
});
