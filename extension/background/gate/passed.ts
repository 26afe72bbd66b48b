/**
 * What the guard of a page let go on just now: such a dial reaches the browser a moment later, and is not judged again. The
 * guard's record is its evidence.
 */
import { parseDialAddress, type DialTarget } from "../../../shared/dials/address.ts";
import type { DialRequest } from "../../../shared/dials/api.ts";
import { handled } from "../../../shared/dials/browser-gate.ts";
import { asRecorded } from "../../../shared/dials/keys.ts";
import type { Answer, ToBackground } from "../../messages.ts";

/** The guard lets a dial take five seconds to happen (page/guard/gate.ts). */
const KEPT_MS = 6000;
const MOST = 200;

/** Characters of a dial in a record. */
const CUT = 100;

/**
 * Of any other scheme the browser hands a dial to another program. An app's own call button has no address, and a record says
 * none of an unlisted scheme either, whose name a page may choose: that one's pass may count for a dial of the same number
 * here, in its tab, until it expires.
 */
const comesHere = (via: string): boolean =>
  via === "" || handled.some((scheme) => via.startsWith(`${scheme}:`));

type Dialled = Pick<DialTarget, "written" | "medium">;

export function openPassed({ now }: { now: () => number }) {
  let all: { key: string; until: number }[] = [];
  /** As the record has it (guard/evidence.ts), which cuts a longer one: null, as its end may be another number's. */
  const keyOf = (tabId: number, { written, medium }: Dialled): string | null => {
    const digits = asRecorded(written);
    return digits.length < CUT ? `${tabId} ${medium} ${digits}` : null;
  };

  function note(tabId: number, { action, layer = "page", number, via = "" }: DialRequest): void {
    if (action === "held" || layer !== "page" || !comesHere(via)) return;
    const medium = parseDialAddress(via)?.medium ?? "call";
    const key = keyOf(tabId, { written: number, medium });
    if (key !== null) all = [...all, { key, until: now() + KEPT_MS }].slice(-MOST);
  }

  /** True once for each dial of a tab that was let go on. */
  function take(tabId: number, dial: Dialled): boolean {
    const key = keyOf(tabId, dial);
    all = all.filter(({ until }) => until > now());
    const at = all.findIndex((one) => one.key === key);
    if (at >= 0) all.splice(at, 1);
    return at >= 0;
  }

  return {
    /** What a page tells of a dial, and the answer to it. One that a person waits for goes on by that answer alone. */
    async hear(
      tabId: number | undefined,
      { dial, wait }: Pick<ToBackground["page.dial"]["ask"], "dial" | "wait">,
      answer: Answer<"page.dial"> | Promise<Answer<"page.dial">>,
    ): Promise<Answer<"page.dial">> {
      if (tabId !== undefined && !wait) note(tabId, dial);
      const said = await answer;
      if (tabId !== undefined && wait && said.ok) note(tabId, dial);
      return said;
    },
    take,
  };
}
