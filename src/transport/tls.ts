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

/** What protects the ports of a node; where there is neither, nothing does. */
export interface Protection {
  /** Each end of a connection between peers proves to the other that it knows it. */
  readonly secret: string | null;
  readonly tls: TlsSettings | null;
}

/** How a server is made, save that a TLS handshake that takes longer than 5 s is cut off. */
interface ServerSocketOptions {
  readonly noDelay: boolean;
  readonly allowHalfOpen?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
}

const minVersion = 'TLSv1.2';
const handshakeMsMax = 5000;

/** Whoever comes in has to show a certificate of the CA. */
export function toTlsServerOptions({ cert, key, ca }: TlsSettings): TlsOptions {
  return { cert, key, ca, minVersion, requestCert: true, handshakeTimeout: handshakeMsMax };
}

/** Any certificate of the CA will do: nodes move, and their names stand in no certificate. */
export function toTlsDialOptions({ cert, key, ca }: TlsSettings): ConnectionOptions {
  return { cert, key, ca, minVersion, checkServerIdentity: () => undefined };
}

/** A server that hears who comes in when TLS, if there is any, is through with him. */
export function createServer(
  tls: TlsSettings | null,
  options: ServerSocketOptions,
  onConnection: (socket: Socket) => void,
): Server {
  if (!tls) return createPlainServer(options, onConnection);
  return createTlsServer({ ...options, ...toTlsServerOptions(tls) }, onConnection);
}

export function dial({ host, port }: Address, tls: TlsSettings | null): Socket {
  const socket = tls
    ? dialTls({ host, port, ...toTlsDialOptions(tls) })
    : dialPlain({ host, port });
  return socket.setNoDelay(true);
}

/** When the other end is there and, with TLS, has shown its certificate. */
export function onceReady(socket: Socket, ready: () => void): void {
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', ready);
}
