import { valueBytesMax } from '../base/index.js';

export interface RequestLimits {
  /** The arguments of one command, its name among them. */
  readonly argumentCountMax: number;
  readonly argumentBytesMax: number;
}

/** No client may send more. */
export const requestLimits: RequestLimits = {
  argumentCountMax: 1024 * 1024,
  argumentBytesMax: valueBytesMax,
};

/** While a password is wanted, so that strangers take no memory (CVE-2021-32675). */
export const unauthenticatedLimits: RequestLimits = {
  argumentCountMax: 10,
  argumentBytesMax: 16 * 1024,
};
