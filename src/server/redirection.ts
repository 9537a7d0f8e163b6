/**
 * The replies of a node that is not the leader: an error that names the leader, or MOVED with a
 * hash slot as in Redis Cluster. Forwarding to the leader is in leader-proxy.ts.
 */

import type { ByteString } from '../base/index.js';
import type { Address, FollowerMode } from '../control/index.js';
import { errorReply, type Reply } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';

/** The leader, and the mode in which the client wants to be redirected to it. */
export interface Redirection {
  readonly follower: FollowerMode;
  readonly leader: { readonly id: NodeId; readonly address: Address } | null;
  /** The first key of the command; null when it has none. */
  readonly key: ByteString | null;
}

/** Returns the reply of a node that does not lead; it means that the command will not happen. */
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

/** The CRC-16/XMODEM of each byte, as in Redis Cluster. */
const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** Returns the hash slot of a key in Redis Cluster; for a key with a `{tag}`, that of the tag. */
export function keySlot(key: ByteString): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let at = 0; at < hashed.length; at += 1) {
    const byte = ((crc >> 8) ^ hashed.charCodeAt(at)) & 0xff;
    crc = ((crc << 8) ^ (crcTable[byte] as number)) & 0xffff;
  }
  return crc % slotCount;
}
