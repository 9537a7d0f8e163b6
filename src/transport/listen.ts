/** Starts a TCP server, for every kind of port that a node listens on. */

import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { LetoError } from '../base/index.js';

interface ListenOptions {
  readonly host: string;
  /** The port, or 0 for any free port. */
  readonly port: number;
  /** The command-line option for the port, which an error suggests to change. */
  readonly flag: string;
}

/**
 * Waits until the server listens, and returns its port.
 * @throws {LetoError} LETO_PORT_TAKEN, or LETO_BAD_OPTION when the address cannot be listened on
 */
export async function listen(server: Server, options: ListenOptions): Promise<number> {
  const { host, port } = options;
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, options);
  }
  // When a connection cannot be accepted, for lack of file descriptors, only that one is lost.
  server.on('error', () => {});
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, { host, port, flag }: ListenOptions): LetoError {
  if (error.code === 'EADDRINUSE') {
    const message = `port ${port} is in use by another program; choose another ${flag}`;
    return new LetoError('LETO_PORT_TAKEN', message);
  }
  const message = `cannot listen on ${host}:${port} (${error.code}); choose another ${flag}`;
  return new LetoError('LETO_BAD_OPTION', message);
}
