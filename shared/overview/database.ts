/** How much the database takes, of what D1 lets it take. */

/** Bytes: https://developers.cloudflare.com/d1/platform/limits/ */
export const MOST_BYTES = 10_000_000_000;

/** In per cent: who can do something about it hears of each. At the last a write may soon fail. */
const LEVELS = [60, 80, 90] as const;
export type Level = (typeof LEVELS)[number];

export interface Size {
  bytes: number;
  most: number;
}

/** The highest that is reached; null: none. */
export const levelOf = ({ bytes, most }: Size): Level | null =>
  LEVELS.findLast((level) => bytes >= (most / 100) * level) ?? null;

/** In per cent, and in gigabytes with one place: no more than there is. */
export const percentOf = ({ bytes, most }: Size): number => Math.floor((bytes / most) * 100);
export const gigabytes = (bytes: number): string => (Math.floor(bytes / 1e8) / 10).toFixed(1);
