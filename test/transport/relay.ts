import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { listen } from '../../src/transport/index.js';
import { FrameDecoder, frameBytesMax } from '../../src/transport/tcp-frames.js';
import { framed } from './raw-peer.js';
import { host } from './tcp-network.js';

/** Which frames go on in the place of the one with this number, from 0, of a caller. */
export type Meddling = (payload: Uint8Array, number: number) => readonly Uint8Array[];

/** A man in the middle: all that a caller says goes through his hands, and what is answered too. */
export async function relay(t: TestContext, port: number, meddle: Meddling) {
  const heard: Buffer[] = [];
  const server = createServer((caller) => {
    const called = connect({ host, port });
    const decoder = new FrameDecoder(frameBytesMax);
    let number = 0;
    caller.on('data', (chunk) => {
      heard.push(chunk);
      for (const payload of decoder.decode(chunk)) {
        for (const said of meddle(payload, number)) called.write(framed(said));
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
