/** Tests TLS between peers: matching and mismatching certificates, and strangers. */

import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import type { Protection } from '../../src/transport/index.js';
import { Authority } from '../helpers/certificates.js';
import { endWithTest } from '../helpers/resources.js';
import { missing } from '../helpers/tools.js';
import { append, mebibyte, vote } from './messages.js';
import { callingPair } from './pair.js';
import { Caller, framed, frameOf, helloFrame } from './raw-peer.js';
import { host, open } from './tcp-network.js';

const openssl = { skip: missing('openssl') };

async function protectionOf(authority: Authority): Promise<Protection> {
  return { secret: null, tls: await authority.identity('node') };
}

async function oneAuthority(t: TestContext): Promise<Protection> {
  return protectionOf(await Authority.create(t));
}

test('messages arrive over TLS, with and without a secret', openssl, async (t) => {
  const { tls } = await oneAuthority(t);
  for (const secret of [null, 'the secret of this test']) {
    const protection = { tls, secret };
    const { b, fromA, call } = await callingPair(t, protection, protection);
    call();
    const sent = [vote(1), append(4 * mebibyte, 2), vote(3)];
    fromA.send(sent);
    assert.deepEqual(await b.heard(3), sent);
  }
});

const mismatches: readonly [
  what: string,
  protections: (t: TestContext) => Promise<[caller: Protection, called: Protection]>,
  why: RegExp,
][] = [
  [
    'without TLS',
    async (t) => [open, await oneAuthority(t)],
    /: it closes the connection; check that both nodes use TLS/,
  ],
  [
    'with TLS where there is none',
    async (t) => [await oneAuthority(t), open],
    /: it closes the connection; check that both nodes use TLS/,
  ],
  [
    'with a certificate of another CA',
    async (t) => [await oneAuthority(t), await oneAuthority(t)],
    /: the TLS handshake failed: .*certificate/,
  ],
  [
    'with a certificate that its peer does not accept',
    async (t) => {
      const [own, other] = [await oneAuthority(t), await oneAuthority(t)];
      assert.ok(own.tls && other.tls);
      // It trusts the certificate of its peer, but has none that its peer trusts.
      return [{ ...own, tls: { ...own.tls, ca: other.tls.ca } }, other];
    },
    /: (it closes the connection; |the TLS handshake failed)/,
  ],
];

for (const [what, protections, why] of mismatches) {
  test(`a node ${what} is refused, and told why`, openssl, async (t) => {
    const { a, b, fromA, call } = await callingPair(t, ...(await protections(t)));
    call();
    fromA.send([vote(1)]);
    assert.match((await a.refused())[0] ?? '', why);
    assert.deepEqual(b.messages, []);
  });
}

test('a client without a certificate is cut off and ignored', openssl, async (t) => {
  const protection = await oneAuthority(t);
  const { b, port } = await callingPair(t, protection, protection);
  const stranger = endWithTest(t, connect({ host, port, rejectUnauthorized: false }));
  stranger.on('error', () => {});
  stranger.resume();
  const closed = new Promise((resolve) => stranger.once('close', resolve));
  stranger.write(helloFrame());
  stranger.write(framed(frameOf(vote(9))));
  await closed;
  assert.deepEqual(b.messages, []);
});

test('an unfinished TLS handshake is aborted after 5 s', openssl, async (t) => {
  const protection = await oneAuthority(t);
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const { b, fromA, call, port } = await callingPair(t, protection, protection);
  const stranger = await Caller.connect(t, port);
  stranger.say(Buffer.from('160301', 'hex'));
  call();
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  mock.timers.tick(5000);
  await stranger.closed();
  fromA.send([vote(2)]);
  await b.heardTerm(2);
});

test('silent strangers do not keep a peer out of a port with TLS', openssl, async (t) => {
  const protection = await oneAuthority(t);
  const { b, fromA, call, port } = await callingPair(t, protection, protection);
  const strangers = await Promise.all(Array.from({ length: 200 }, () => Caller.connect(t, port)));
  call();
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  await Promise.all(strangers.slice(0, 100).map((stranger) => stranger.closed()));
  fromA.send([vote(2)]);
  await b.heardTerm(2);
});
