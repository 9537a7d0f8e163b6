/** The network between nodes, over ports in one process or over TCP. */

export { FaultyTransport, payloadBytesOf } from './faults.js';
export { listen } from './listen.js';
export { PortTransport } from './port-transport.js';
export type { AdvertisedAddresses, HistoryClaim } from './tcp-hello.js';
export { type TcpHandlers, TcpTransport, type TcpTransportOptions } from './tcp-transport.js';
export {
  createServer,
  dial,
  onceReady,
  type Protection,
  toTlsDialOptions,
  toTlsServerOptions,
} from './tls.js';
export type { Transport, TransportHandlers } from './transport.js';
