/** Reads the bodies of HTTP requests, with a common limit for all connections together. */

import type { IncomingMessage } from 'node:http';
import { type ByteString, valueBytesMax } from '../../base/index.js';
import { type HttpAnswer, textAnswer } from './http-answer.js';

const tooLarge = textAnswer(413, `a value can have at most ${valueBytesMax} bytes`);
const tooMany = textAnswer(503, 'too many large values at once; this one was not set; try again');

export class HttpBodies {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Resolves with the body, or with the answer that refuses it.
   * @throws when the client closes the connection before the end of the body
   */
  async read(incoming: IncomingMessage): Promise<ByteString | HttpAnswer> {
    if (Number(incoming.headers['content-length'] ?? 0) > valueBytesMax) return tooLarge;
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
        chunks.push(chunk);
        bytes += chunk.length;
        this.#bytes += chunk.length;
        if (bytes > valueBytesMax) return tooLarge;
        if (this.#bytes > this.#bytesMax) return tooMany;
      }
      return Buffer.concat(chunks, bytes).toString('latin1');
    } finally {
      this.#bytes -= bytes;
    }
  }
}
