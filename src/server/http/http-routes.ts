/**
 * Parses the method and URL of an HTTP request into a route. The routes are those of raftd and of
 * goraft's kvapi. HttpServer runs them.
 */

import type { ByteString } from '../../base/index.js';
import { type HttpAnswer, textAnswer } from './http-answer.js';

/** A parsed request. Keys are bytes, as in RESP. */
export type HttpRoute =
  | { readonly type: 'get'; readonly key: ByteString; readonly isRelaxed: boolean }
  /** `value` is null when it is the request's body. */
  | { readonly type: 'set'; readonly key: ByteString; readonly value: ByteString | null }
  | { readonly type: 'delete'; readonly key: ByteString }
  | { readonly type: 'status' }
  | { readonly type: 'healthz' }
  | { readonly type: 'none'; readonly answer: HttpAnswer };

type Parameters = ReadonlyMap<string, ByteString>;

interface Resource {
  readonly methods: readonly string[];
  read(method: string, parameters: Parameters): HttpRoute;
}

const keyPath = '/db/';

/** Returns the route of a request; `url` is undecoded ASCII. */
export function findRoute(method: string, url: string): HttpRoute {
  const [path = '', ...query] = url.split('?');
  const parameters = readQuery(query.join('?'));
  const resource = findResource(path);
  if (!resource) return refusal(404, 'no such path; use /db/<key>, /get, /set or /status');
  if (!resource.methods.includes(method)) {
    const allow = resource.methods.join(', ');
    return refusal(405, `${path.slice(0, 16)} allows only ${allow}`, { allow });
  }
  return parameters ? resource.read(method, parameters) : malformed;
}

function findResource(path: string): Resource | undefined {
  if (!path.startsWith(keyPath)) return resources.get(path);
  const key = decodePercent(path.slice(keyPath.length));
  return {
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    read: (method, parameters) => {
      if (key === null) return malformed;
      if (method === 'GET') return getRoute(key, parameters);
      return method === 'DELETE' ? { type: 'delete', key } : { type: 'set', key, value: null };
    },
  };
}

const resources: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['/get', { methods: ['GET'], read: readGet }],
  ['/set', { methods: ['GET', 'POST'], read: readSet }],
  ['/status', { methods: ['GET'], read: () => ({ type: 'status' }) }],
  ['/healthz', { methods: ['GET'], read: () => ({ type: 'healthz' }) }],
]);

function readGet(_method: string, parameters: Parameters): HttpRoute {
  const key = parameters.get('key');
  return key === undefined ? refusal(400, 'use /get?key=k') : getRoute(key, parameters);
}

function readSet(_method: string, parameters: Parameters): HttpRoute {
  const [key, value] = [parameters.get('key'), parameters.get('value')];
  if (key === undefined || value === undefined) return refusal(400, 'use /set?key=k&value=v');
  return { type: 'set', key, value };
}

function getRoute(key: ByteString, parameters: Parameters): HttpRoute {
  return { type: 'get', key, isRelaxed: parameters.get('relaxed') === 'true' };
}

/** Returns null when a percent sign is not followed by two hexadecimal digits. */
function readQuery(query: string): Parameters | null {
  const parameters = new Map<string, ByteString>();
  for (const pair of query.split('&')) {
    const [name, ...value] = pair.split('=').map((text) => text.replaceAll('+', ' '));
    const decodedName = decodePercent(name ?? '');
    const decodedValue = decodePercent(value.join('='));
    if (decodedName === null || decodedValue === null) return null;
    if (!parameters.has(decodedName)) parameters.set(decodedName, decodedValue);
  }
  return parameters;
}

function decodePercent(text: string): ByteString | null {
  if (/%(?![0-9a-f]{2})/i.test(text)) return null;
  return text.replace(/%(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function refusal(status: number, text: string, headers = {}): HttpRoute {
  return { type: 'none', answer: textAnswer(status, text, headers) };
}

const malformed = refusal(400, 'a % in a URL must be followed by two hexadecimal digits');
