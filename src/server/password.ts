import { createHash, timingSafeEqual } from 'node:crypto';

/** In a time that tells nothing about where two texts differ. */
export function isTimingSafeEqual(a: string, b: string): boolean {
  const [digestA, digestB] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(digestA as Buffer, digestB as Buffer);
}
