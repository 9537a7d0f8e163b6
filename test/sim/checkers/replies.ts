/** Compares and prints replies. */

import type { Reply } from '../../../src/kv/index.js';

export function isSameReply(a: Reply, b: Reply): boolean {
  switch (a.type) {
    case 'simple':
    case 'error':
      return b.type === a.type && b.text === a.text;
    case 'integer':
      return b.type === 'integer' && BigInt(a.value) === BigInt(b.value);
    case 'bulk':
      return b.type === 'bulk' && b.bytes === a.bytes;
    case 'null':
      return b.type === 'null';
    case 'array':
      return b.type === 'array' && isSameList(a.items, b.items);
    case 'map':
      return b.type === 'map' && isSameList(a.pairs.flat(), b.pairs.flat());
  }
}

function isSameList(a: readonly Reply[], b: readonly Reply[]): boolean {
  return a.length === b.length && a.every((item, at) => isSameReply(item, b[at] as Reply));
}

export function replyText(reply: Reply): string {
  switch (reply.type) {
    case 'simple':
    case 'error':
      return reply.text;
    case 'integer':
      return String(reply.value);
    case 'bulk':
      return JSON.stringify(reply.bytes);
    case 'null':
      return 'null';
    case 'array':
      return `[${reply.items.map(replyText).join(' ')}]`;
    case 'map':
      return `{${reply.pairs.flat().map(replyText).join(' ')}}`;
  }
}
