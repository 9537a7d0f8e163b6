import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { ByteString } from '../../src/base/bytes.js';
import { encodeRequest } from '../../src/resp/index.js';
import { Changes } from '../transport/changes.js';

/** A bulk string is its bytes; a simple string and an error keep their first byte. */
export type Value = string | number | null | readonly Value[] | ReadonlyMap<Value, Value>;

/** A client that sends any bytes and parses replies strictly. */
export class TestClient {
  readonly socket: Socket;
  readonly #changes = new Changes();
  #received = '';
  #hasEnded = false;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#changes.happened();
    });
    socket.once('end', () => {
      this.#hasEnded = true;
      this.#changes.happened();
    });
    socket.once('close', () => {
      this.#isClosed = true;
      this.#changes.happened();
    });
  }

  /** With `allowHalfOpen` the client stays connected when the server ends its half. */
  static async connect(
    t: TestContext,
    port: number,
    options: { readonly allowHalfOpen?: boolean; readonly host?: string } = {},
  ): Promise<TestClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...options });
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return new TestClient(socket);
  }

  /** The bytes that were received and not taken yet. */
  get received(): ByteString {
    return this.#received;
  }

  /** Sends raw bytes. */
  write(bytes: ByteString): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Sends commands, each a line of words separated by spaces. */
  send(...lines: readonly string[]): void {
    this.write(lines.map((line) => encodeRequest(line.split(' '))).join(''));
  }

  /** Sends one command and resolves with its reply. */
  async ask(line: string): Promise<Value> {
    this.send(line);
    return this.value();
  }

  /** Resolves with the next reply, in RESP2 or RESP3. */
  async value(): Promise<Value> {
    const line = await this.line();
    const count = Number(line.slice(1));
    switch (line[0]) {
      case '+':
      case '-':
        return line;
      case ':':
        return count;
      case '_':
        return null;
      case '$':
        return count < 0 ? null : (await this.take(count + 2)).slice(0, -2);
      case '*':
        return this.values(count);
      case '%':
        return this.#pairs(count);
      default:
        throw new Error(`not a reply: ${line}`);
    }
  }

  /** Resolves with the next `count` replies. */
  async values(count: number): Promise<Value[]> {
    const values: Value[] = [];
    while (values.length < count) values.push(await this.value());
    return values;
  }

  async #pairs(count: number): Promise<Map<Value, Value>> {
    const pairs = new Map<Value, Value>();
    while (pairs.size < count) pairs.set(await this.value(), await this.value());
    return pairs;
  }

  /** Resolves with the next line, without its end. */
  async line(): Promise<string> {
    await this.#changes.until(() => this.#received.includes('\r\n'));
    const text = await this.take(this.#received.indexOf('\r\n') + 2);
    return text.slice(0, -2);
  }

  /** Resolves with the next `length` bytes. */
  async take(length: number): Promise<ByteString> {
    await this.#changes.until(() => this.#received.length >= length);
    const taken = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return taken;
  }

  /** Resolves when the server has ended its half. */
  async ended(): Promise<void> {
    await this.#changes.until(() => this.#hasEnded);
  }

  /** Resolves with the bytes not taken when the connection is closed. */
  async closed(): Promise<ByteString> {
    await this.#changes.until(() => this.#isClosed);
    return this.#received;
  }
}
