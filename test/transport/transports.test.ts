import { testTransport } from './contract.js';
import { PortNetwork } from './port-network.js';
import { TcpNetwork } from './tcp-network.js';

testTransport('PortTransport is a transport', (t) => new PortNetwork(t));
testTransport('TcpTransport is a transport', (t) => new TcpNetwork(t));
testTransport(
  'TcpTransport with a secret is a transport',
  (t) => new TcpNetwork(t, { secret: 'the secret of this test', tls: null }),
);
