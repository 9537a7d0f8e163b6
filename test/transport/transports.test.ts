import { testTransport } from './contract.js';
import { PortNetwork } from './port-network.js';
import { TcpNetwork } from './tcp-network.js';

testTransport('PortTransport is a transport', (t) => new PortNetwork(t));
testTransport('TcpTransport is a transport', (t) => new TcpNetwork(t));
