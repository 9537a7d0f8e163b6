/** The only door to the network between nodes. */
export { FaultyTransport } from './faults.js';
export { type ListenOptions, listen } from './listen.js';
export { PortTransport } from './port-transport.js';
export { TcpTransport, type TcpTransportOptions } from './tcp-transport.js';
export type { Transport, TransportHandlers } from './transport.js';
