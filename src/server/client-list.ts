/** Formats a line of CLIENT LIST. */

import type { Connection } from './connection.js';

/** Returns the line of one connection, with those fields of Redis that have a meaning here. */
export function describeClient({ socket, client }: Connection): string {
  const nowMs = Date.now();
  const fields = {
    id: client.id,
    addr: `${socket.remoteAddress}:${socket.remotePort}`,
    laddr: `${socket.localAddress}:${socket.localPort}`,
    name: client.name,
    age: Math.floor((nowMs - client.openedAtMs) / 1000),
    idle: Math.floor((nowMs - client.lastActiveMs) / 1000),
    flags: 'N',
    db: 0,
    sub: 0,
    psub: 0,
    multi: -1,
    cmd: client.lastCommand || 'NULL',
    user: 'default',
    resp: client.protocol,
    'lib-name': client.libName,
    'lib-ver': client.libVersion,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
