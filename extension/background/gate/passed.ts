/**
 * What the guard of a page let go on just now: such a dial reaches the browser a moment later, and is not judged again. The
 * guard's record is its evidence.
 */
import { parseDialAddress, type DialTarget } from "../../../shared/dials/address.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import { withoutWords } from "../../../shared/dials/keys.ts";

/** The guard lets a dial take five seconds to happen (page/guard/gate.ts). */
const KEPT_MS = 6000;
const MOST = 200;
/** Characters of a dial in a record. */
const CUT = 100;

type Dialled = Pick<DialTarget, "written" | "medium">;

export function openPassed({ now }: { now: () => number }) {
  let all: { key: string; until: number }[] = [];
  /** As the record has it (guard/evidence.ts), which cuts a longer one: null, as its end may be another number's. */
  const keyOf = ({ written, medium }: Dialled): string | null => {
    const digits = withoutWords(written);
    return digits.length < CUT ? `${medium} ${digits}` : null;
  };

  return {
    note({ action, layer = "page", number, via = "" }: DialRequest): void {
      if (action === "held" || layer !== "page") return;
      const medium = parseDialAddress(via)?.medium ?? "call";
      const key = keyOf({ written: number, medium });
      if (key !== null) all = [...all, { key, until: now() + KEPT_MS }].slice(-MOST);
    },
    /** True once for each dial that was let go on. */
    take(dial: Dialled): boolean {
      const key = keyOf(dial);
      all = all.filter(({ until }) => until > now());
      const at = all.findIndex((one) => one.key === key);
      if (at >= 0) all.splice(at, 1);
      return at >= 0;
    },
  };
}
