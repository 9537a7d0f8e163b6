/**
 * A man in the middle between two TCP nodes, who can tamper with the frames of the dialling node.
 */

import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { listen } from '../../src/transport/index.js';
import { FrameDecoder, frameBytesMax } from '../../src/transport/tcp-frames.js';
import { framed } from './raw-peer.js';
import { host } from './tcp-network.js';

/** Returns the payloads to pass on instead of frame `number` (from 0) of the dialling node. */
export type Tampering = (payload: Uint8Array, number: number) => readonly Uint8Array[];

/** Starts a relay to `port`. Returns its port, and the bytes that it has seen both ways. */
export async function relay(t: TestContext, port: number, tamper: Tampering) {
  const heard: Buffer[] = [];
  const server = createServer((caller) => {
    const called = connect({ host, port });
    const decoder = new FrameDecoder(frameBytesMax);
    let number = 0;
    caller.on('data', (chunk) => {
      heard.push(chunk);
      for (const payload of decoder.decode(chunk)) {
        for (const said of tamper(payload, number)) called.write(framed(said));
        number += 1;
      }
    });
    called.on('data', (chunk) => {
      heard.push(chunk);
      caller.write(chunk);
    });
    join(t, caller, called);
  });
  t.after(() => server.close());
  return { port: await listen(server, { host, port: 0, flag: '--port' }), heard };
}

function join(t: TestContext, ...ends: readonly Socket[]): void {
  for (const end of ends) {
    end.on('error', () => {});
    end.on('close', () => {
      for (const other of ends) other.destroy();
    });
    t.after(() => end.destroy());
  }
}
