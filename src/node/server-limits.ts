/** Connections at once, as Redis has it. */
export const clientsMax = 10_000;
