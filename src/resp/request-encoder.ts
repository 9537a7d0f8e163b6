import type { ByteString } from '../base/index.js';

/** A command as an array of bulk strings, its name first. */
export function encodeRequest(args: readonly ByteString[]): ByteString {
  let text = `*${args.length}\r\n`;
  for (const arg of args) text += `$${arg.length}\r\n${arg}\r\n`;
  return text;
}
