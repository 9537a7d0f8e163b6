/** What the decoder of a command (codec.ts) needs of its bytes, which lie in one or many pieces. */

import type { ByteString } from '../base/index.js';

/** @throws {LetoError} LETO_ASSERTION from any call, when the command is malformed */
export interface CommandReader {
  /** Reads a number in LEB128. */
  takeNumber(): number;
  /** Reads a length and then that many bytes. */
  takeBytes(): ByteString;
  /** Must be called at the end. */
  checkEnd(): void;
}
