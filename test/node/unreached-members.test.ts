import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemberLink } from '../../src/node/member-links.js';
import { repeatMsMin, UnreachedMembers, unreachedMsMin } from '../../src/node/unreached-members.js';
import { n2, n3 } from '../raft/node.js';

function members(...linked: boolean[]): MemberLink[] {
  return [n2, n3].map((id, at) => ({
    id,
    addresses: [at + 1, at + 7].map((port) => ({ host: 'a', port })),
    isLinked: linked[at] ?? false,
  }));
}

test('a node that reaches no member says so after some seconds, and again later', () => {
  const unreached = new UnreachedMembers();
  assert.equal(unreached.check(0, members(), true), null);
  assert.equal(unreached.check(unreachedMsMin - 1, members(), true), null);
  const text = unreached.check(unreachedMsMin, members(), true);
  assert.match(text ?? '', /^cannot reach n2 at a:1 and a:7, n3 at a:2 and a:8; .*-join/);
  assert.equal(unreached.check(unreachedMsMin + 1, members(), true), null);
  assert.equal(unreached.check(unreachedMsMin + repeatMsMin, members(), true), text);
});

test('a node that reaches too few members for a leader names the others', () => {
  const unreached = new UnreachedMembers();
  unreached.check(0, members(true), false);
  assert.match(unreached.check(unreachedMsMin, members(true), false) ?? '', /reach n3 at a:2/);
});

test('a node is silent while the cluster works, and when it has reached a member in between', () => {
  const unreached = new UnreachedMembers();
  unreached.check(0, members(true), true);
  assert.equal(unreached.check(unreachedMsMin, members(true), true), null);
  unreached.check(unreachedMsMin, members(), true);
  unreached.check(unreachedMsMin + 1, members(true), true);
  assert.equal(unreached.check(2 * unreachedMsMin, members(), true), null);
  assert.equal(unreached.check(10 * unreachedMsMin, [], false), null, 'a cluster of one');
});
