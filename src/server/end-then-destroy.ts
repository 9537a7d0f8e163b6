import type { Socket } from 'node:net';

/** How long a client may keep the connection open after our last byte, in real milliseconds. */
const lingerMsMax = 1000;

/** Closes a socket after everything that was written to it; discards what still arrives. */
export function endThenDestroy(socket: Socket): void {
  if (socket.writableEnded || socket.destroyed) return;
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), lingerMsMax);
    socket.once('close', () => clearTimeout(timer));
  });
  socket.resume();
  socket.end();
}
