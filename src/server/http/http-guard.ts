/** Refuses HTTP requests that a web page may have caused, and requests without the password. */

import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4 } from 'node:net';
import { isTimingSafeEqual } from '../password.js';
import { type HttpAnswer, textAnswer } from './http-answer.js';

export type HttpScheme = 'http' | 'https';

/** A name or an IPv4 address, or an IPv6 address in brackets, and an optional port. */
const hostPattern = /^(?:\[([0-9a-f:.]+)\]|([^\s:@/[\]]+))(?::[0-9]{1,5})?$/i;

const foreignHost = textAnswer(403, 'this Host is not allowed; use 127.0.0.1 or localhost');
const foreignOrigin = textAnswer(403, 'requests from web pages are not allowed');
const noPassword = textAnswer(401, 'password required; send it as Authorization: Basic or Bearer', {
  'www-authenticate': 'Basic realm="leto-cluster", charset="UTF-8"',
});

/**
 * Returns the refusal of a request that a web page may have caused, otherwise null. A page whose
 * name was rebound to our address shows in Host; any other page shows in Origin, or in
 * Sec-Fetch-Site when the browser sends no Origin (for an image).
 */
export function refuseForeign(
  headers: IncomingHttpHeaders,
  ownHosts: readonly string[],
  scheme: HttpScheme,
): HttpAnswer | null {
  const host = (headers.host ?? '').toLowerCase();
  if (!isOwnHost(host, ownHosts)) return foreignHost;
  const { origin, 'sec-fetch-site': site = 'none' } = headers;
  const isOwnOrigin = origin === undefined || origin.toLowerCase() === `${scheme}://${host}`;
  const isOwnSite = site === 'none' || site === 'same-origin';
  return isOwnOrigin && isOwnSite ? null : foreignOrigin;
}

function isOwnHost(host: string, ownHosts: readonly string[]): boolean {
  const [, ipv6, name] = hostPattern.exec(host) ?? [];
  const hostname = ipv6 ?? name ?? '';
  if (hostname === 'localhost' || hostname === '::1') return true;
  if (ownHosts.some((own) => own.toLowerCase() === hostname)) return true;
  return isIPv4(hostname) && hostname.startsWith('127.');
}

/**
 * Returns the refusal of a request without the password, otherwise null. Any user name is valid.
 */
export function refuseUnauthenticated(
  { authorization = '' }: IncomingHttpHeaders,
  password: string | null,
): HttpAnswer | null {
  if (password === null) return null;
  const [scheme = '', ...credentials] = authorization.split(' ');
  const given = givenPassword(scheme.toLowerCase(), credentials.join(' '));
  return given !== null && isTimingSafeEqual(given, password) ? null : noPassword;
}

function givenPassword(scheme: string, credentials: string): string | null {
  if (scheme === 'bearer') return Buffer.from(credentials, 'latin1').toString('utf8');
  if (scheme !== 'basic') return null;
  const [, ...password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return password.join(':');
}
