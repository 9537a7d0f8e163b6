import type { ByteString } from '../base/index.js';
import type { Address, FollowerMode } from '../control/index.js';
import { errorReply, type Reply } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';

/** Who leads, and how a client wants to hear that this node does not. */
export interface Redirection {
  readonly follower: FollowerMode;
  readonly leader: { readonly id: NodeId; readonly address: Address } | null;
  /** The first key of the command, if it has one. */
  readonly key: ByteString | null;
}

/** The reply of a node that does not lead: the command did not happen and will not. */
export function notLeaderReply({ follower, leader, key }: Redirection): Reply {
  if (follower === 'error') {
    if (!leader) return errorReply('not leader');
    return errorReply(`not leader, leader is ${leader.id} at ${hostAndPort(leader.address)}`);
  }
  if (!leader || follower === 'proxy') return errorReply('CLUSTERDOWN no leader');
  return errorReply(`MOVED ${keySlot(key ?? '')} ${hostAndPort(leader.address)}`);
}

export function hostAndPort({ host, port }: Address): string {
  return `${host}:${port}`;
}

const slotCount = 16384;

/** CRC-16/XMODEM of each byte, as Redis Cluster uses it. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The hash slot of a key in Redis Cluster; of `{tag}` alone where a key has one. */
export function keySlot(key: ByteString): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let at = 0; at < hashed.length; at += 1) {
    const byte = ((crc >> 8) ^ hashed.charCodeAt(at)) & 0xff;
    crc = ((crc << 8) ^ (table[byte] as number)) & 0xffff;
  }
  return crc % slotCount;
}
