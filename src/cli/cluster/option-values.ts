/**
 * Parsers of option values. They throw commander's InvalidArgumentError, which becomes a usage
 * error that names the option.
 */

import { InvalidArgumentError } from 'commander';

export function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

export function readWhole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = readNumber(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

export function readBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = readNumber(text);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/** Parses a range such as `300-600`. */
export function readRange(text: string): readonly [number, number] {
  const [, min, max] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (min !== undefined && max !== undefined) return [Number(min), Number(max)];
  throw new InvalidArgumentError('It must be two numbers of milliseconds, as in 300-600.');
}

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** Parses a size such as `512mb`, with the units of redis.conf: kb is 1024 bytes, k is 1000. */
export function readBytes(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([a-z]*)$/.exec(text.toLowerCase()) ?? [];
  const factor = unitBytes[unit];
  if (digits !== '' && factor !== undefined) return Number(digits) * factor;
  throw new InvalidArgumentError('It must be a size, as in 512mb or 2gb.');
}
