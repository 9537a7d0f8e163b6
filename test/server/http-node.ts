import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { TestContext } from 'node:test';
import { toNodeStatus } from '../../src/control/index.js';
import { HttpServer, httpLimits } from '../../src/server/http/http-server.js';
import { nodeView } from '../control/fixtures.js';
import { TestClient } from './test-client.js';
import type { TestNode } from './test-node.js';

interface HttpReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly text: string;
}

export const status = toNodeStatus(nodeView('n1', { dataDir: '/dåta/n1' }), 1000);

/** The HTTP server of a TestNode. */
export class HttpNode {
  readonly #t: TestContext;

  private constructor(
    t: TestContext,
    readonly server: HttpServer,
    readonly port: number,
  ) {
    this.#t = t;
  }

  static async start(t: TestContext, node: TestNode, limits = {}): Promise<HttpNode> {
    const server = new HttpServer(
      {
        settings: node.server.settings,
        port: 0,
        replica: node.replica,
        submit: (request) => node.driver.request(request),
        status: () => status,
      },
      { ...httpLimits, ...limits },
    );
    const port = await server.listen();
    t.after(() => server.close());
    return new HttpNode(t, server, port);
  }

  /** Sends one request and resolves with the reply; follows no redirection. */
  ask(line: string, body?: string | Buffer, headers = {}): Promise<HttpReply> {
    return ask(this.port, line, body, headers);
  }

  /** Resolves when the server accepts one more connection. */
  async untilServed(): Promise<void> {
    const isServed = () => this.ask('GET /healthz').catch(() => null);
    while ((await isServed()) === null);
  }

  /** Opens a raw connection. */
  connect(host?: string): Promise<TestClient> {
    return TestClient.connect(this.#t, this.port, host === undefined ? {} : { host });
  }
}

/** Sends one request on a new connection; `line` is the method and the path. */
export async function ask(
  port: number,
  line: string,
  body?: string | Buffer,
  headers = {},
): Promise<HttpReply> {
  const [method, path] = line.split(' ');
  const hasNoLength = body === undefined || 'transfer-encoding' in headers;
  const length = hasNoLength ? {} : { 'content-length': Buffer.byteLength(body) };
  const options: RequestOptions = {
    ...{ port, host: '127.0.0.1', method, path, agent: false },
    headers: { ...length, ...headers },
  };
  const outgoing = request(options);
  // Sent as a Buffer, since node would otherwise encode headers and body together as text.
  outgoing.end(body === undefined ? undefined : Buffer.from(body));
  return replyTo(outgoing);
}

export async function replyTo(outgoing: ReturnType<typeof request>): Promise<HttpReply> {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  const { statusCode = 0, headers } = incoming;
  return { status: statusCode, headers, body: whole, text: whole.toString() };
}
