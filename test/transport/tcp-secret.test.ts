/** Tests the secret that peers share: mismatches, replays, a man in the middle, and impostors. */

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { mock, type TestContext, test } from 'node:test';
import { listen, type Protection } from '../../src/transport/index.js';
import { encodeHelloAnswer } from '../../src/transport/tcp-answers.js';
import { FrameDecoder, frameBytesMax } from '../../src/transport/tcp-frames.js';
import { makeNonce } from '../../src/transport/tcp-proof.js';
import { endWithTest } from '../helpers/resources.js';
import { Changes } from './changes.js';
import { append, mebibyte, receiver, vote } from './messages.js';
import { callingPair, Refused, start } from './pair.js';
import { Caller, framed, frameOf, helloFrame } from './raw-peer.js';
import { relay, type Tampering } from './relay.js';
import { host, open } from './tcp-network.js';

function knows(secret: string): Protection {
  return { secret, tls: null };
}

const secret = 'the secret of this test';
const protection = knows(secret);

const mismatches: readonly [what: string, caller: Protection, called: Protection, why: RegExp][] = [
  ['without the secret', open, protection, /^cannot connect to n2: it requires a secret; /],
  ['with another secret', knows('another secret'), protection, /: its secret differs; /],
  ['with a secret where there is none', protection, open, /: it has no secret; /],
];

/** Makes a node redial without delay, and counts the times. */
function hurry(t: TestContext) {
  const { setTimeout: realSetTimeout } = globalThis;
  const changes = new Changes();
  let redials = 0;
  mock.method(globalThis, 'setTimeout', (callback: () => void, delayMs: number) => {
    if (delayMs > 1000) return realSetTimeout(callback, delayMs);
    redials += 1;
    changes.happened();
    return realSetTimeout(callback, 0);
  });
  t.after(() => mock.restoreAll());
  return { redialled: (count: number) => changes.until(() => redials >= count) };
}

for (const [what, caller, called, why] of mismatches) {
  test(`a node ${what} is always refused, and told once why`, async (t) => {
    const { redialled } = hurry(t);
    const { a, b, fromA, call } = await callingPair(t, caller, called);
    call();
    fromA.send([vote(1)]);
    await redialled(5);
    assert.equal(a.reasons.length, 1);
    assert.match(a.reasons[0] ?? '', why);
    assert.deepEqual(b.messages, []);
  });
}

test('neither the secret nor anything that can be replayed is on the wire', async (t) => {
  const { b, fromA, call, port } = await callingPair(t, protection, protection);
  const said: Uint8Array[] = [];
  const middle = await relay(t, port, (payload) => {
    said.push(Uint8Array.from(payload));
    return [payload];
  });
  call(middle.port);
  fromA.send([vote(1)]);
  await b.heardTerm(1);
  assert.ok(!Buffer.concat(middle.heard).includes(secret));
  const replayer = await Caller.connect(t, port);
  replayer.say(...said.map(framed));
  await replayer.closed();
  fromA.send([vote(2)]);
  await b.heardTerm(2);
  assert.equal(b.messages.length, 2, 'the replay is not received and does not evict the node');
});

/** The number of the first frame with messages; before it are the hello and the proof. */
const firstMessage = 2;

function flipped(payload: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(payload);
  copy[0] = (copy[0] as number) ^ 1;
  return copy;
}

const tamperings: readonly [what: string, tamper: Tampering][] = [
  ['alters', (payload, number) => [number === firstMessage ? flipped(payload) : payload]],
  ['repeats', (payload, number) => (number === firstMessage ? [payload, payload] : [payload])],
  ['omits', (payload, number) => (number === firstMessage ? [] : [payload])],
  [
    'inserts',
    (payload, number) => (number < firstMessage ? [payload] : [frameOf(vote(9)), payload]),
  ],
  ['empties', (payload, number) => [number < firstMessage ? payload : new Uint8Array()]],
];

for (const [what, tamper] of tamperings) {
  test(`a frame that a man in the middle ${what} is not received`, async (t) => {
    const { a, b, fromA, call, port } = await callingPair(t, protection, protection);
    const middle = await relay(t, port, tamper);
    call(middle.port);
    fromA.send([vote(1)]);
    fromA.send([vote(2)]);
    await a.lostPeers(1);
    const heard = what === 'repeats' ? [vote(1)] : [];
    assert.deepEqual(b.messages, heard);
  });
}

const introductions: readonly [who: string, says: readonly Buffer[]][] = [
  ['has no secret', [helloFrame(), framed(frameOf(vote(9)))]],
  ['guesses', [helloFrame({}, makeNonce()), framed(makeNonce()), framed(frameOf(vote(9)))]],
  ['sends a message instead of a proof', [helloFrame({}, makeNonce()), framed(frameOf(vote(9)))]],
];

for (const [who, says] of introductions) {
  test(`an impostor that ${who} does not replace the peer that it claims to be`, async (t) => {
    const { a, b, fromA, call, port } = await callingPair(t, protection, protection);
    call();
    fromA.send([vote(1)]);
    await b.heardTerm(1);
    const impostor = await Caller.connect(t, port);
    impostor.say(...says);
    await impostor.closed();
    fromA.send([vote(2)]);
    await b.heardTerm(2);
    assert.deepEqual(b.messages, [vote(1), vote(2)]);
    assert.deepEqual(a.lost, []);
  });
}

/** Starts a server that poses as a peer, and answers each frame that it receives. */
async function impostor(t: TestContext, answer: (frame: Buffer, number: number) => Uint8Array) {
  const heard: Buffer[] = [];
  const server = createServer((socket: Socket) => {
    const decoder = new FrameDecoder(frameBytesMax);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const frame of decoder.decode(chunk)) {
        socket.write(framed(answer(frame, heard.length)));
        heard.push(Buffer.from(frame));
      }
    });
  });
  return { port: await listen(endWithTest(t, server), { host, port: 0, flag: '--port' }), heard };
}

test('an impostor that echoes the proof gets no message', async (t) => {
  const { port, heard } = await impostor(t, (frame, number) =>
    number % 2 === 0
      ? encodeHelloAnswer({ type: 'nonce', bytes: makeNonce() })
      : encodeHelloAnswer({ type: 'proof', bytes: frame }),
  );
  const a = new Refused(vote(1).from);
  const fromA = await start(t, a, protection);
  fromA.link(receiver, { host, port });
  fromA.send([vote(1)]);
  const [reason = ''] = await a.refused();
  assert.match(reason, /it may be an impostor$/);
  assert.equal(heard.length, 4, 'two frames on each of two connections, none of them a message');
  assert.deepEqual(a.lost, []);
});

test('an impostor that asks for no proof gets no message from a node with a secret', async (t) => {
  const { port, heard } = await impostor(t, () => encodeHelloAnswer({ type: 'pulse' }));
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const fromA = await start(t, new Refused(vote(1).from), protection);
  const changes = new Changes();
  const look = setInterval(changes.happened, 1);
  t.after(() => clearInterval(look));
  fromA.link(receiver, { host, port });
  fromA.send([vote(1)]);
  await changes.until(() => heard.length > 0);
  mock.timers.tick(5000);
  // The connection is given up, and the impostor is dialled again after a delay.
  while (heard.length < 2) {
    mock.timers.tick(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(heard.every((frame) => frame.includes('leto-raft')));
});

test('small and large messages arrive sealed', async (t) => {
  const { b, fromA, call } = await callingPair(t, protection, protection);
  call();
  const sent = [append(4 * mebibyte, 1), vote(2), append(64 * mebibyte, 3), vote(4)];
  fromA.send(sent);
  assert.deepEqual(await b.heard(4), sent);
});
