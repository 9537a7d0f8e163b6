/** Parses and formats times within a recording. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Formats milliseconds as `0:34`, `12:05` or `1:02:03`. */
export function clockText(ms: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  const seconds = two(Math.floor(ms / second) % 60);
  const minutes = Math.floor(ms / minute) % 60;
  const hours = Math.floor(ms / hour);
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${two(minutes)}:${seconds}`;
}

const unitsPattern = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;
const clockPattern = /^(?:(\d+):)?(\d+):(\d{2}(?:\.\d+)?)$/;

/** Parses `1500`, `1500ms`, `34s`, `1m30s`, `1h2m` or `1:30` to milliseconds. Else returns null. */
export function parseTime(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = (text === '' ? null : unitsPattern.exec(text)) ?? clockPattern.exec(text);
  if (!parts) return null;
  const [, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts;
  return Math.round(
    Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second + Number(ms),
  );
}

/** Formats milliseconds to the millisecond, as `34.210 s` or `2:04.210`. */
export function preciseText(ms: number): string {
  const fraction = String(Math.round(ms) % second).padStart(3, '0');
  return ms < minute
    ? `${Math.floor(Math.round(ms) / second)}.${fraction} s`
    : `${clockText(ms)}.${fraction}`;
}
