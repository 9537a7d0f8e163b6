/** Tests the frames on a TCP connection: their assembly, checksums and size limits. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commandBytesMax } from '../../src/base/limits.js';
import { encodeCommand, findCommand, sessionIdBytesMax } from '../../src/kv/index.js';
import { FrameDecoder, frameBytesMax, frameHeader } from '../../src/transport/tcp-frames.js';
import { append } from './messages.js';
import { framed, frameOf } from './raw-peer.js';

const payloads = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 8 });
const damaged = { name: 'LetoError', code: 'LETO_DATA_DAMAGED' };

function decodePieces(decoder: FrameDecoder, pieces: Iterable<Buffer>): Buffer[] {
  const frames: Buffer[] = [];
  for (const piece of pieces) {
    for (const frame of decoder.decode(piece)) frames.push(Buffer.from(frame));
  }
  return frames;
}

test('frames are decoded from chunks of any size', () => {
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(), { maxLength: 10 }), (sent, places) => {
      const bytes = Buffer.concat(sent.map(framed));
      const ends = [...places.map((place) => place % bytes.length), bytes.length];
      ends.sort((a, b) => a - b);
      const pieces = ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
      const decoder = new FrameDecoder(frameBytesMax);
      assert.deepEqual(
        decodePieces(decoder, pieces),
        sent.map((payload) => Buffer.from(payload)),
      );
    }),
  );
});

test('frames are decoded from single bytes', () => {
  fc.assert(
    fc.property(payloads, (sent) => {
      const bytes = Buffer.concat(sent.map(framed));
      const pieces = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
      const frames = decodePieces(new FrameDecoder(frameBytesMax), pieces);
      assert.deepEqual(
        frames,
        sent.map((payload) => Buffer.from(payload)),
      );
    }),
    { numRuns: 30 },
  );
});

test('a frame with one wrong byte is damaged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(254), (payload, at, change) => {
      const bytes = framed(payload);
      const place = 4 + (at % (bytes.length - 4));
      bytes[place] = ((bytes[place] as number) + 1 + change) & 0xff;
      assert.throws(() => [...new FrameDecoder(1000).decode(bytes)], damaged);
    }),
  );
});

test('a frame that is too long is damaged as soon as its header is read', () => {
  const header = frameHeader(new Uint8Array(1001)).subarray(0, 8);
  assert.throws(() => [...new FrameDecoder(1000).decode(header)], damaged);
  assert.deepEqual([...new FrameDecoder(1001).decode(header)], []);
});

test('the limit can be raised after a frame, for the next ones in the same chunk', () => {
  const decoder = new FrameDecoder(10);
  const bytes = Buffer.concat([framed(Buffer.alloc(10)), framed(Buffer.alloc(5000))]);
  const lengths: number[] = [];
  for (const frame of decoder.decode(bytes)) {
    lengths.push(frame.length);
    decoder.payloadBytesMax = 5000;
  }
  assert.deepEqual(lengths, [10, 5000]);
});

test('an entry with the largest command of a client fits in a frame', () => {
  const spec = findCommand('mset');
  assert.ok(spec);
  // Encoded, the longest command is one of arguments whose lengths just need two bytes.
  const arg = 'x'.repeat(128);
  const args = Array.from({ length: 2 * Math.floor((commandBytesMax - 4) / 256) }, () => arg);
  const session = { id: 'x'.repeat(sessionIdBytesMax), serial: Number.MAX_SAFE_INTEGER };
  const envelope = { logTimeMs: Number.MAX_SAFE_INTEGER, session };
  const data = encodeCommand({ spec, args }, envelope);
  assert.ok(frameOf(append(0, Number.MAX_SAFE_INTEGER), data).length <= frameBytesMax);
});
