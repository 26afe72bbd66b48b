/**
 * Tries whether telephone links reach the gate, by the number of our own: from a frame whose sandbox lets no other program
 * be opened, so that nothing is dialled where they do not.
 */
import { CANARY, isCanaryAlone } from "../../../shared/canary/number.ts";
import type { GateSetting } from "./setting.ts";

/** The browser's own way takes milliseconds, and the Worker is not waited for. */
const LONGEST_MS = 2000;

export interface GateTrialDeps {
  later: (run: () => void, ms: number) => void;
  /** The addresses of a tab's frames; none where Chrome does not tell. */
  framesIn: (tabId: number) => Promise<string[]>;
  setting: Pick<GateSetting, "working" | "wasAsked" | "isCounted" | "found">;
}

export function openGateTrial({ later, framesIn, setting }: GateTrialDeps) {
  const { found } = setting;
  let hears: (() => void) | null = null;
  let begun: Promise<boolean> | null = null;

  const heard = () =>
    new Promise<boolean>((done) => {
      hears = () => done(true);
      later(() => done(false), LONGEST_MS);
    }).finally(() => (hears = null));

  return {
    /** True for a dial of a try: it ends here. */
    hears(written: string): boolean {
      if (!hears || !isCanaryAlone(written, [CANARY])) return false;
      hears();
      return true;
    },
    /** One of our own pages is about to dial. */
    begin(): void {
      begun = heard();
    },
    /** It dials in a frame, and has no other. */
    async end(tabId: number | undefined): Promise<void> {
      if (await begun) return await found("on");
      const frames = tabId === undefined ? [] : await framesIn(tabId);
      if (frames.some((url) => url.startsWith("http"))) return await found("other");
      // What the person answered, Chrome does not say.
      await found(setting.wasAsked() ? "declined" : "unasked");
    },
    /**
     * The daily try, in a page: `dial` makes it, and answers whether it could. False: a pass, on each day until it holds again.
     * Null: it could not, the gate is off, or it never worked here, as where the person declined.
     */
    async daily(dial: () => Promise<boolean>): Promise<boolean | null> {
      if (!(await setting.working())) return null;
      const [reached, made] = await Promise.all([heard(), dial()]);
      if (!reached && !(made && (await setting.isCounted()))) return null;
      await found(reached ? "on" : "other");
      return reached;
    },
  };
}
