import type { Connection } from './connection.js';

/** A line of CLIENT LIST, with the fields of Redis that mean something here. */
export function describeClient(connection: Connection): string {
  const { socket, openedAtMs, lastActiveMs } = connection;
  const nowMs = Date.now();
  const fields = {
    id: connection.id,
    addr: `${socket.remoteAddress}:${socket.remotePort}`,
    laddr: `${socket.localAddress}:${socket.localPort}`,
    name: connection.name,
    age: Math.floor((nowMs - openedAtMs) / 1000),
    idle: Math.floor((nowMs - lastActiveMs) / 1000),
    flags: 'N',
    db: 0,
    sub: 0,
    psub: 0,
    multi: -1,
    cmd: connection.lastCommand || 'NULL',
    user: 'default',
    resp: connection.protocol,
    'lib-name': connection.libName,
    'lib-ver': connection.libVersion,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
