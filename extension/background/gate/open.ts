/** Connects the parts of the browser's gate with each other, with Chrome, and with the rest of the background. */
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { handled, SETUP_PATH } from "../../../shared/dials/browser-gate.ts";
import { launchAddress } from "../../../shared/dials/softphone.ts";
import type { Answer, Kind, PageMessage, ToBackground } from "../../messages.ts";
import { patternOf } from "../../origins.ts";
import type { DialQueue } from "../dials/queue.ts";
import type { Handlers, Sender } from "../router.ts";
import type { Frames } from "../sites/frames.ts";
import type { CachedStorage } from "../storage.ts";
import { openGate } from "./gate.ts";
import { hearChrome } from "./hear.ts";
import { type GateJudgeDeps, openGateJudge } from "./judge.ts";
import { launch, launchIn } from "./launch.ts";
import { mark } from "./mark.ts";
import { openPassed } from "./passed.ts";
import { inChrome, openPlaces } from "./place.ts";
import { FULL, type GateSettingDeps, NEEDED, openGateSetting } from "./setting.ts";
import { openGateTrial } from "./trial.ts";
import { GATE, openGateWindow } from "./window.ts";

export interface BrowserGateDeps
  extends
    Omit<GateSettingDeps, "granted">,
    Pick<GateJudgeDeps, "context" | "kept" | "trouble" | "rulings" | "now" | "later"> {
  session: CachedStorage;
  frames: Pick<Frames, "all" | "tell">;
  dials: Pick<DialQueue, "add">;
  newKey: () => string;
  /** The handlers of what pages ask. */
  handlers: () => Pick<Handlers, Asked>;
  ready: Promise<unknown>;
}

/** What the judge asks, as one of our own pages would. */
type Asked = "page.facts" | "page.poll" | "page.rule";
type Shared = "page.dial" | "page.answer";
/** What pages were told last, also by a service worker before this one. */
const IN_PAGES = "gate.in-pages";
type GateKind = "ui.gate" | "ui.gateTry" | "ui.gateHeld" | "page.launched";

const toTab = (tabId: number, documentId: string | null, message: PageMessage): Promise<boolean> =>
  chrome.tabs.sendMessage<unknown, unknown>(tabId, message, documentId === null ? {} : { documentId }).then(
    (taken) => taken === true,
    () => false,
  );

/** What Chrome has granted, as far as it was asked since the last that it took back: each dial would wait for the answers. */
function openGrants(): GateSettingDeps["granted"] {
  const known = new Set<string>();
  chrome.permissions.onRemoved.addListener(() => known.clear());
  return async (what) => {
    const name = JSON.stringify(what);
    if (!known.has(name) && (await chrome.permissions.contains(what))) known.add(name);
    return known.has(name);
  };
}

async function openWindow(): Promise<number> {
  const url = chrome.runtime.getURL("tabs/held.html");
  const made = await chrome.windows.create({ url, type: "popup", width: 560, height: 680, focused: true });
  return made?.tabs?.[0]?.id ?? chrome.tabs.TAB_ID_NONE;
}

async function framesIn(tabId: number): Promise<string[]> {
  const { webNavigation } = chrome as Partial<typeof chrome>;
  const all = (await webNavigation?.getAllFrames({ tabId })) ?? [];
  return all.filter(({ frameId }) => frameId !== 0).map(({ url }) => url);
}

export function openBrowserGate(deps: BrowserGateDeps) {
  const { frames, dials, now, later, ready } = deps;
  const setting = openGateSetting({ ...deps, granted: openGrants() });
  const passed = openPassed({ now });
  const places = openPlaces({ ...inChrome, frames, now, later });
  const window = openGateWindow({
    tell: toTab,
    openWindow,
    every(run, ms) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
    isThere: ({ frame }) =>
      // Our own window says by closing that nobody answers.
      frame ? inChrome.isAlive(frame) : chrome.runtime.getPlatformInfo().then(() => true),
  });
  const ask = <K extends Kind>(kind: K, body: ToBackground[K]["ask"]): Promise<Answer<K>> => {
    const handler = deps.handlers()[kind as Asked] as (ask: unknown, sender: Sender) => Answer<K>;
    return Promise.resolve(handler({ kind, ...body }, { origin: location.origin }));
  };
  const judge = openGateJudge({
    ...deps,
    window,
    ask,
    rule: async (host, written, ruling) => (await ask("page.rule", { host, written, ruling })).rulings,
    record: dials.add,
  });
  const trial = openGateTrial({
    ...{ later, framesIn },
    setting: { ...setting, found: (what) => setting.found(what).then(tellPages) },
  });
  const gate = openGate({
    ...{ setting, trial, passed, places, judge, launchIn, launch, now },
    noWayOut: () => void chrome.runtime.openOptionsPage(),
  });
  const listenToChrome = hearChrome(
    deps.session,
    (dial) => {
      void ready.then(() => gate.heard(dial)).catch((error: unknown) => console.error("gate", error));
    },
    (tabId, by) => places.opened(tabId, by),
    (origin) => {
      void ready.then(() => setting.working()).then((works) => works?.origin === origin && setting.asked());
    },
  );

  /** Has the guards of open pages start the softphone, or no longer. */
  async function tellPages(): Promise<void> {
    await ready;
    const before = await setting.inPages();
    if (before === (deps.session.get<string | null>(IN_PAGES) ?? null)) return;
    deps.session.set(IN_PAGES, before);
    void frames.tell({ kind: "softphone", before });
  }

  /** Makes Chrome's rule and the pages match the setting. */
  const follow = () =>
    tellPages()
      .then(() => setting.working())
      .then((working) => mark(working?.origin ?? null))
      .catch((error: unknown) => console.error("gate", error));

  const handlers: Handlers<GateKind> = {
    async "ui.gate"({ on, softphone }) {
      const who = await deps.account();
      if (!who || (on && !setting.turnOn(softphone))) return { ok: false };
      listenToChrome();
      if (!on) {
        setting.turnOff();
        await tellPages();
        await chrome.permissions
          .remove({
            permissions: [...NEEDED, FULL] as chrome.runtime.ManifestPermission[],
            origins: [patternOf(who.url)],
          })
          .catch(() => false);
      }
      await follow();
      const { softphone: before, full } = await setting.state();
      const schemes = handled.filter(
        (scheme) =>
          scheme !== "sms" || (before !== null && launchAddress(before, "+441632960000", "message") !== null),
      );
      const what = new URLSearchParams({ schemes: schemes.join(), ...(full ? {} : { worker: "no" }) });
      return { ok: true, page: `${new URL(who.url).origin}${SETUP_PATH}#${what}` };
    },
    async "ui.gateTry"({ begins }, { tab }) {
      if (begins) trial.begin();
      else if (await setting.working()) await trial.end(tab?.id);
      return setting.state();
    },
    "page.launched"({ address }, { tab }) {
      const dial = parseDialAddress(address);
      if (dial && tab?.id !== undefined) passed.take(tab.id, dial);
      return null;
    },
    "ui.gateHeld": (_, { tab }) => window.waiting(tab?.id),
  };

  return {
    handlers,
    state: () => setting.state(),
    inPages: () => setting.inPages(),
    follow,
    /** Adds Chrome's listeners: at a start before anything is awaited, and after a grant. */
    listen: listenToChrome,
    stale: judge.stale,
    tried: judge.tried,
    /** What pages ask around dials: the gate hears of what guards let go on, and its own questions are answered to it. */
    dialHandlers: (others: Handlers<Shared>): Handlers<Shared> => ({
      "page.dial": (said, sender) => passed.hear(sender.tab?.id, said, others["page.dial"](said, sender)),
      "page.answer"(said, sender) {
        if (said.documentId !== GATE) return others["page.answer"](said, sender);
        const { id, outcome } = said;
        const tabId = sender.tab?.id;
        // A question that was forgotten is taken off the page.
        if (!window.answered(id, outcome) && tabId !== undefined)
          void toTab(tabId, sender.documentId ?? null, { kind: "ask.close", id });
        return null;
      },
    }),
    closed: (tabId: number) => void window.closed(tabId),
    isCounted: () => setting.isCounted(),
    tryIn: (dial: () => Promise<boolean>) => trial.daily(dial),
  };
}
