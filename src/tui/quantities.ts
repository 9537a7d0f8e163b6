/** Formats numbers for people. format.ts formats the other values. */

/** Formats a number in at most four characters: `999`, `1.2k`, `34k`, `1.2M`. */
export function shortNumber(value: number): string {
  const power = value < 999.5 ? 0 : value < 999_500 ? 1 : 2;
  const scaled = value / 1000 ** power;
  const digits = power > 0 && scaled < 9.95 ? 1 : 0;
  return scaled.toFixed(digits) + ['', 'k', 'M'][power];
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Formats a number of bytes, as `12 B` or `3.4 MiB`. */
export function bytesText(bytes: number): string {
  let scaled = bytes;
  let unit = 0;
  for (; scaled >= 1024 && unit < byteUnits.length - 1; unit += 1) scaled /= 1024;
  return `${unit === 0 ? scaled : scaled.toFixed(1)} ${byteUnits[unit]}`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Formats a duration in its two largest units: `4 s`, `2 min 4 s`, `3 h 2 min`, `5 d 3 h`. */
export function durationText(ms: number): string {
  const count = (unit: number, largerUnit = Number.POSITIVE_INFINITY) =>
    Math.floor((ms % largerUnit) / unit);
  if (ms < minute) return `${count(second)} s`;
  if (ms < hour) return `${count(minute)} min ${count(second, minute)} s`;
  if (ms < day) return `${count(hour)} h ${count(minute, hour)} min`;
  return `${count(day)} d ${count(hour, day)} h`;
}

/** Returns the count with its noun: `1 link`, `3 links`. */
export function pluralize(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
