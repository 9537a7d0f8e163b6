/// <reference path="./redis-parser.d.ts" />
import Parser from 'redis-parser';
import { assert } from '../base/index.js';

/** Makes a string of the protocol from the bytes [from, to) of the buffer it is called on. */
type SliceFunction<Piece> = (this: Buffer, from: number, to: number) => Piece;

/** An integer is a string of digits. */
export type ParsedValue<Piece> = Piece | string | null | Error | ParsedValue<Piece>[];

/**
 * The values that the bytes hold, by redis-parser, which must be given nothing else than `count`
 * whole and valid ones: with a part of one it may wait for ever, with garbage throw or grow.
 *
 * It takes a `slice` of its buffer for each string. Here the slice is made by `cut`, so that no
 * Buffer is made for each argument only to be copied and thrown away.
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
  assert(values.length === count, 'the parser saw other values', values.length, count);
  return values;
}
