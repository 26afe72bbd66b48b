/**
 * The browser's gate: the Worker's page is the browser's handler of telephone links, so every dial that reaches the browser,
 * by any way and on any site, is a navigation of which we hear. It is judged as the guard's are, and goes out by the
 * softphone's own scheme. docs/enterprise.md says how it is turned on.
 */
import { type DialTarget, parseDialAddress } from "../../../shared/dials/address.ts";
import { isEmergency } from "../../../shared/dials/services.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { launchAddress } from "../../../shared/dials/softphone.ts";
import type { openGateJudge } from "./judge.ts";
import type { Frame } from "../sites/frames.ts";
import type { HeardDial } from "./hear.ts";
import type { openPassed } from "./passed.ts";
import type { Place, Places } from "./place.ts";
import type { GateSetting } from "./setting.ts";
import type { openGateTrial } from "./trial.ts";

export interface GateDeps {
  setting: Pick<GateSetting, "working">;
  trial: Pick<ReturnType<typeof openGateTrial>, "hears">;
  passed: Pick<ReturnType<typeof openPassed>, "take">;
  places: Pick<Places, "begunBy" | "near" | "of">;
  judge: Pick<ReturnType<typeof openGateJudge>, "judge" | "passes">;
  /** In a document of ours. False where it is gone. */
  launchIn: (frame: Frame, address: string) => Promise<boolean>;
  launch: (place: Place, address: string) => Promise<void>;
  now: () => number;
  /** A call may be made, and the softphone has no address for it. */
  noWayOut: () => void;
}

/** Of a tab, as in the guard of a page: no person begins more, and a page that dials in a loop must not fill screen or records. */
const MOST_A_MINUTE = 120;
/** Of all: some pages may do so together, and one alone holds no other's calls. */
const MOST_IN_ALL = 5 * MOST_A_MINUTE;

/** Of an address that no telephone takes: it is held as any other that is no number. */
const NOTHING: DialTarget = { written: "", medium: "call", via: "tel:" };

export function openGate(deps: GateDeps) {
  const { setting, trial, passed, places, judge, launchIn, launch, now, noWayOut } = deps;
  let begun: { at: number; by: number }[] = [];
  function isTooMuch(by: number): boolean {
    const at = now();
    begun = begun.filter((before) => at - before.at < MINUTE);
    const its = begun.filter((before) => before.by === by);
    if (its.length >= MOST_A_MINUTE || begun.length >= MOST_IN_ALL) return true;
    begun.push({ at, by });
    return false;
  }

  let saidAt = -Infinity;
  /** A page may begin any number of messages: it opens ours once a minute at most. */
  function sayNoWayOut(): void {
    if (now() - saidAt < MINUTE) return;
    saidAt = now();
    noWayOut();
  }

  return {
    async heard(dial: HeardDial): Promise<void> {
      const working = await setting.working();
      if (working?.origin !== dial.origin) return;
      const target = parseDialAddress(dial.address) ?? NOTHING;
      if (trial.hears(target.written) || dial.tabId < 0) return;
      const wayOut = (written = target.written) => launchAddress(working.softphone, written, target.medium);
      const out = async (place: Place, address = wayOut()) =>
        address === null ? sayNoWayOut() : launch(place, address);
      const near = places.near(dial);
      const isGiven = near !== null && passed.take(dial.tabId, target);
      // A guard counts the dials of its own page: no other page's loop keeps them from going out.
      if (!isGiven && !isEmergency(target.written, null) && isTooMuch(places.begunBy(dial))) return;
      const address = wayOut();
      const isTaken = (tabId: number) => [dial.tabId, tabId].some((id) => passed.take(id, target));
      /** Out of a page that may be gone: as the call goes out of it, it is seen that it is not. */
      const outOf = async (frame: Frame, to: string): Promise<Place | "out"> => {
        if (isGiven) return (await launchIn(frame, to)) ? "out" : places.of(dial);
        const { promise: stands, resolve: recorded } = Promise.withResolvers<boolean>();
        if (!(await judge.passes({ tabId: frame.tabId, frame }, target, stands))) return places.of(dial);
        const isOut = await launchIn(frame, to);
        const place = await places.of(dial);
        // Where a guard had let it go on, and says so only now, the guard's record is the one that stays.
        recorded(isOut && !isTaken(place.tabId));
        return isOut ? "out" : place;
      };
      const place = await (near && address !== null ? outOf(near, address) : places.of(dial));
      if (place === "out") return;
      // The page has just answered that it is there, and its guard spoke before that.
      if (place.frame && (isGiven || isTaken(place.tabId))) return out(place);
      await judge.judge(place, target, (instead) => void out(place, wayOut(instead)));
    },
  };
}
