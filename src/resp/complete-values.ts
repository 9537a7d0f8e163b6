/**
 * Parses RESP2 with redis-parser. Only whole, valid values may be passed in: given a part of a
 * value the parser may wait forever, and given garbage it may throw or grow without bound.
 * request-scanner.ts and reply-scanner.ts check the bytes before.
 */

/// <reference path="./redis-parser.d.ts" />
import Parser from 'redis-parser';
import { assert } from '../base/index.js';

/** Converts bytes [from, to) of the buffer that it is called on to a string of the protocol. */
type SliceFunction<Piece> = (this: Buffer, from: number, to: number) => Piece;

/** A parsed value. An integer is a string of digits. */
export type ParsedValue<Piece> = Piece | string | null | Error | ParsedValue<Piece>[];

/**
 * Returns the `count` values that the bytes hold. The parser calls `slice` of its buffer for each
 * string; `sliceFunction` replaces it, so that no short-lived Buffer is made for each argument.
 */
export function parseCompleteValues<Piece>(
  bytes: Buffer,
  count: number,
  sliceFunction: SliceFunction<Piece>,
): readonly ParsedValue<Piece>[] {
  const values: ParsedValue<Piece>[] = [];
  const take = (value: unknown) => {
    values.push(value as ParsedValue<Piece>);
  };
  const parser = new Parser({
    returnBuffers: true,
    stringNumbers: true,
    returnReply: take,
    returnError: take,
    returnFatalError: (error) => assert(false, error.message),
  });
  parser.execute(Object.assign(bytes.subarray(), { slice: sliceFunction }));
  assert(values.length === count, 'the parser returned a wrong count', values.length, count);
  return values;
}
