/** Parses network addresses from text such as `host:port`, and formats them. */

import type { Address } from './node-settings.js';

const portMax = 65_535;
/** The longest host name that DNS allows. */
const hostCharsMax = 253;

/** Parses `host:port`, `[::1]:port` or `:port` (on 127.0.0.1). Returns null for anything else. */
export function parseAddress(text: string): Address | null {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? (plain || '127.0.0.1');
  const port = Number(digits);
  return port > 0 && port <= portMax && host.length <= hostCharsMax ? { host, port } : null;
}

/** Writes an address as `parseAddress` reads it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** True for an address that a node can listen on, but at which no peer can reach it. */
export function isWildcard({ host }: Address): boolean {
  return host === '0.0.0.0' || host === '::';
}
