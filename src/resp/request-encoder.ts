import type { ByteString } from '../base/index.js';

/** Returns a command as a RESP array of bulk strings. `args` begins with its name. */
export function encodeRequest(args: readonly ByteString[]): ByteString {
  let text = `*${args.length}\r\n`;
  for (const arg of args) text += `$${arg.length}\r\n${arg}\r\n`;
  return text;
}
