/** Connections at once, as Redis has it. */
export const clientsMax = 10_000;

/** Connections besides that are hung up on, or are in a TLS handshake. */
export const handshakesMax = 1000;

/** What a client may say of itself, a text each: all of them stand in one CLIENT LIST. */
export const clientTextBytesMax = 256;

/** Names or patterns in one COMMAND INFO, COMMAND DOCS or CONFIG GET: each is worth a long answer. */
export const namesMax = 1024;
