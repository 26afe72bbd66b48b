/** What a proof looks for on the trail, and when. */
import { MINUTE } from "../../shared/core/time.ts";

/** What to look for: rows with one of these codes between `from` and `to`, about one of `subjects`; of imports, with one in the payload. */
export interface Claim {
  /** A code that ends with a full stop stands for all codes that begin with it. */
  codes: readonly string[];
  subjects: readonly string[];
  from: string;
  to: string;
  /** Text of the payload, if that is still kept: tells several rows about one subject apart. */
  holds?: string;
  /** Take only the first such row from this moment on: without payloads nothing tells them apart. */
  first?: string;
  /** The very row, where it is known. */
  seq?: number;
}
/** A commit is dated after what it writes: a change may wait for its turn, and clocks differ. */
const NEAR = 2 * MINUTE;
const shifted = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();
/**
 * The time to look in: around a moment, or around a run that began then and took `most` milliseconds at most, or that ended then,
 * where `most` is below 0.
 */
export const near = (at: string, most = 0): Pick<Claim, "from" | "to"> => ({
  from: shifted(at, Math.min(most, 0) - NEAR),
  to: shifted(at, Math.max(most, 0) + NEAR),
});
