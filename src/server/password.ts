import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares two texts in a time that does not reveal where they differ. */
export function isTimingSafeEqual(a: string, b: string): boolean {
  const [digestA, digestB] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(digestA as Buffer, digestB as Buffer);
}
