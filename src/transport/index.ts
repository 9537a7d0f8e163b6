/** The only door to the network between nodes. */
export { FaultyTransport, sizeOf } from './faults.js';
export { listen } from './listen.js';
export { PortTransport } from './port-transport.js';
export type { Standing, Whereabouts } from './tcp-hello.js';
export { type TcpHandlers, TcpTransport, type TcpTransportOptions } from './tcp-transport.js';
export {
  createDoor,
  dial,
  onceReady,
  type Protection,
  toTlsDialOptions,
  toTlsServerOptions,
} from './tls.js';
export type { Transport, TransportHandlers } from './transport.js';
