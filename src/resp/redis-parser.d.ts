/** Types for the part of redis-parser 3.0.0 that is used here; the package ships none. */
declare module 'redis-parser' {
  interface ParserOptions {
    /** Returns strings as the result of the buffer's `slice`. */
    readonly returnBuffers: boolean;
    /** Returns integers as strings, so that 64 bits are kept. */
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
