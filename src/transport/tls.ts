/**
 * Sockets with or without TLS: one way to make servers and to dial, for the Raft port and for the
 * ports of clients.
 */

import {
  createServer as createPlainServer,
  connect as dialPlain,
  type Server,
  type Socket,
} from 'node:net';
import {
  type ConnectionOptions,
  createServer as createTlsServer,
  connect as dialTls,
  TLSSocket,
  type TlsOptions,
} from 'node:tls';
import type { Address, TlsSettings } from '../control/index.js';

/** The protection of the ports of a node; there is none when both are null. */
export interface Protection {
  /** The secret that each peer must prove it knows; null when there is none. */
  readonly secret: string | null;
  /** The TLS settings; null for plain TCP. */
  readonly tls: TlsSettings | null;
}

/** The options of `node:net` for the sockets of a server. */
interface ServerSocketOptions {
  readonly noDelay: boolean;
  readonly allowHalfOpen?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
}

const minVersion = 'TLSv1.2';
const handshakeMsMax = 5000;

/** Returns the options of a server whose clients must have a certificate of the CA. */
export function toTlsServerOptions({ cert, key, ca }: TlsSettings): TlsOptions {
  return { cert, key, ca, minVersion, requestCert: true, handshakeTimeout: handshakeMsMax };
}

/** Returns the options of a client that accepts any certificate of the CA, for any host name. */
export function toTlsDialOptions({ cert, key, ca }: TlsSettings): ConnectionOptions {
  // Nodes move between hosts, so their certificates do not name any.
  return { cert, key, ca, minVersion, checkServerIdentity: () => undefined };
}

/**
 * Creates a server, with TLS unless `tls` is null. `onConnection` is called after the TLS
 * handshake; a handshake that takes longer than 5 s is aborted.
 */
export function createServer(
  tls: TlsSettings | null,
  options: ServerSocketOptions,
  onConnection: (socket: Socket) => void,
): Server {
  if (!tls) return createPlainServer(options, onConnection);
  return createTlsServer({ ...options, ...toTlsServerOptions(tls) }, onConnection);
}

/** Opens a connection, with TLS unless `tls` is null. */
export function dial({ host, port }: Address, tls: TlsSettings | null): Socket {
  const socket = tls
    ? dialTls({ host, port, ...toTlsDialOptions(tls) })
    : dialPlain({ host, port });
  return socket.setNoDelay(true);
}

/** Calls `ready` when the socket is connected and, with TLS, the certificate was accepted. */
export function onceReady(socket: Socket, ready: () => void): void {
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', ready);
}
