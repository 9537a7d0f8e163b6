/** The largest number of open connections, as in the default of Redis. */
export const clientsMax = 10_000;

/** The largest number of further connections, being refused or in a TLS handshake. */
export const handshakesMax = 1000;

/** The size limit of a client's name and library texts, since one CLIENT LIST holds them all. */
export const clientTextBytesMax = 256;

/** The limit of names in one COMMAND INFO, COMMAND DOCS or CONFIG GET; each has a long answer. */
export const namesMax = 1024;
