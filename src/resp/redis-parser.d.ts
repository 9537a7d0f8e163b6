/** What is used of redis-parser 3.0.0, which brings no types of its own. */
declare module 'redis-parser' {
  interface ParserOptions {
    /** Strings are what `slice` of the buffer returns. */
    readonly returnBuffers: boolean;
    /** Integers are strings, so that 64 bits are kept. */
    readonly stringNumbers: boolean;
    readonly returnReply: (value: unknown) => void;
    readonly returnError: (error: Error) => void;
    readonly returnFatalError: (error: Error) => void;
  }

  class Parser {
    constructor(options: ParserOptions);
    execute(buffer: Buffer): void;
  }

  export = Parser;
}
