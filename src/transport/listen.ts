import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { LetoError } from '../base/index.js';

interface ListenOptions {
  readonly host: string;
  /** Zero: any free port. */
  readonly port: number;
  /** The option by which a user chooses another port. */
  readonly flag: string;
}

/**
 * Waits until the server listens; returns its port.
 * @throws {LetoError} LETO_PORT_TAKEN or LETO_BAD_OPTION
 */
export async function listen(server: Server, options: ListenOptions): Promise<number> {
  const { host, port } = options;
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, options);
  }
  // A connection that can't be accepted, for want of descriptors, is lost; the others go on.
  server.on('error', () => {});
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, { host, port, flag }: ListenOptions): LetoError {
  if (error.code === 'EADDRINUSE') {
    const message = `port ${port} is in use by another program; choose another ${flag}`;
    return new LetoError('LETO_PORT_TAKEN', message);
  }
  const message = `can't listen on ${host}:${port} (${error.code}); choose another ${flag}`;
  return new LetoError('LETO_BAD_OPTION', message);
}
