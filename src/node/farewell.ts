import type { Socket } from 'node:net';

/** A client that does not hang up after our last words is cut off. */
const farewellMsMax = 1000;

/** Closes a socket after what was written to it; what still comes is thrown away. */
export function sayFarewell(socket: Socket): void {
  if (socket.writableEnded || socket.destroyed) return;
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), farewellMsMax);
    socket.once('close', () => clearTimeout(timer));
  });
  socket.resume();
  socket.end();
}
