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
import type { HeardDial } from "./hear.ts";
import type { openPassed } from "./passed.ts";
import type { Place, Places } from "./place.ts";
import type { GateSetting } from "./setting.ts";
import type { openGateTrial } from "./trial.ts";

export interface GateDeps {
  setting: Pick<GateSetting, "working">;
  trial: Pick<ReturnType<typeof openGateTrial>, "hears">;
  passed: Pick<ReturnType<typeof openPassed>, "take">;
  places: Pick<Places, "of">;
  judge: Pick<ReturnType<typeof openGateJudge>, "judge">;
  launch: (tabId: number, frameId: number | null, address: string) => Promise<void>;
  now: () => number;
  /** A call may be made, and the softphone has no address for it. */
  noWayOut: () => void;
}

/** As in the guard of a page: no person begins more, and a page that dials in a loop must not fill screen or records. */
const MOST_A_MINUTE = 120;

/** Of an address that no telephone takes: it is held as any other that is no number. */
const NOTHING: DialTarget = { written: "", medium: "call", via: "tel:" };

export function openGate({ setting, trial, passed, places, judge, launch, now, noWayOut }: GateDeps) {
  let begun: number[] = [];
  function isTooMuch(): boolean {
    const at = now();
    begun = begun.filter((before) => at - before < MINUTE);
    return begun.length >= MOST_A_MINUTE || begun.push(at) < 0;
  }

  async function goOut({ tabId, frame }: Place, before: string, target: DialTarget): Promise<void> {
    const address = launchAddress(before, target.written, target.medium);
    if (address === null) noWayOut();
    else await launch(tabId, frame?.frameId ?? null, address);
  }

  return {
    async heard(dial: HeardDial): Promise<void> {
      const working = await setting.working();
      if (working?.origin !== dial.origin) return;
      const target = parseDialAddress(dial.address) ?? NOTHING;
      if (trial.hears(target.written) || dial.tabId < 0) return;
      if (!isEmergency(target.written, null) && isTooMuch()) return;
      const place = await places.of(dial);
      const go = (instead?: string) =>
        goOut(place, working.softphone, instead === undefined ? target : { ...target, written: instead });
      // The page has just answered that it is there, and its guard spoke before that.
      if (place.frame && passed.take(target)) return go();
      await judge.judge(place, target, (instead) => void go(instead));
    },
  };
}
