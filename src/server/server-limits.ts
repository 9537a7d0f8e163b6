/** The number of open connections; the default of Redis. */
export const clientsMax = 10_000;

/** The number of further connections that are being refused or are in a TLS handshake. */
export const handshakesMax = 1000;

/** The size of a client's name, library name or version, since one CLIENT LIST holds them all. */
export const clientTextBytesMax = 256;

/** The number of names in one COMMAND INFO, COMMAND DOCS or CONFIG GET; each has a long answer. */
export const namesMax = 1024;
