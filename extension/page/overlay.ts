/**
 * What runs in a page of a site that is turned on: connects its numbers, the judge of dials and the background, all
 * under one AbortController, whose `abort()` removes everything. Registered at run time, or injected into an open page.
 * A second injection changes nothing; a newer version replaces this one.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { askOrAbort, hearBackground } from "./background-link.ts";
import type { Box } from "./badge/box.ts";
import { type Mark, numberWritten } from "./find/mark.ts";
import { openFrameJudge } from "./guard/frame-judge.ts";
import { guardHandle } from "./guard/handle.ts";
import type { Judge } from "./guard/pending-dial.ts";
import { hasExtension } from "./has-extension.ts";
import { openHeartbeat } from "./heartbeat.ts";
import { isPage, openHost } from "./host.ts";
import { openNumbers } from "./numbers.ts";
import { watchPageEvents } from "./page-events.ts";
import { frameReport } from "./report.ts";

/** On the global object of the extension's own world in this frame, which the page cannot see. */
export interface Running {
  stop: () => void;
  alive: () => boolean;
  /** The icons that are shown. `all`: the numbers that one is for. */
  badges: () => { written: string; all: string[]; verdict: Verdict | undefined; box: Box }[];
  /** Every number that was found. */
  marks: () => Iterable<Mark>;
  judge: Judge;
  /** Our closed root: the background puts the frame there in which it tries the hold. */
  root: ShadowRoot;
}
const shared = globalThis as unknown as { cleardialOverlay?: Running };

function start(): Running {
  const control = new AbortController();
  const { signal } = control;
  const ask = askOrAbort(control);
  const host = openHost(signal);
  const lookAfter = openHeartbeat(beat, signal);
  const numbers = openNumbers({
    ...{ ask, host, lookAfter, layersChanged, signal },
    decided: () => judge.learnt(),
  });
  const { facts, rules, suppress } = numbers;
  const judge = openFrameJudge({
    ...{ ask, host, facts, rules, suppress, signal },
    shown: (written) => numberWritten(numbers.marks, written),
    asking: lookAfter,
    country: (written, country, wholeSite) => numbers.rule(written, { country, wholeSite }),
  });

  /** Something of the page may be above us, or no longer above a number. */
  function layersChanged(): void {
    if (judge.isOpen()) judge.raise();
    else if (!numbers.cardIsOpen()) host.raise();
    numbers.placeAll();
  }

  /** False where there is nothing to look after any more. */
  function beat(): boolean {
    if (!hasExtension()) {
      control.abort();
      return false;
    }
    judge.beat();
    const anything = numbers.hasAny();
    if (document.hidden || !anything) return anything || judge.isOpen();
    if (!host.isAttached()) host.raise();
    numbers.beat();
    return true;
  }

  watchPageEvents(
    {
      moved: numbers.moved,
      layersChanged,
      awake() {
        numbers.decideAll();
        beat();
      },
      returned() {
        // What was told meanwhile did not reach it.
        launchBy(null);
        numbers.returned();
      },
    },
    host.element,
    signal,
  );
  hearBackground(
    {
      off: () => control.abort(),
      stale: (message) => facts.stale(message.numbers, message.all, message.context),
      tried: ({ number, at }) => facts.tried(number, at),
      rulings: (message) => message.host === location.host && numbers.setRulings(message.rulings),
      protocols: ({ off }) => judgeCalls(off),
      softphone: ({ before }) => launchBy(before),
      dialog: judge.hear,
    },
    signal,
  );
  signal.addEventListener("abort", () => delete shared.cleardialOverlay);

  const judgeCalls = (off: readonly string[]) => guardHandle.get()?.calls(judge.call, off, signal);

  let isTold = false;
  function launchBy(before: string | null): void {
    isTold = true;
    guardHandle
      .get()
      ?.launches(before, (address) => void ask("page.launched", { address }).catch(() => undefined));
  }

  guardHandle.get()?.gone(() => control.abort("gone"));
  guardHandle.get()?.offers(judge.unexplained, signal);
  // Last: a dial that waits for the judge is judged at once.
  guardHandle.get()?.connect(judge.judge, signal);
  void ask("page.hello", { frame: frameReport([document]) })
    .catch(() => null)
    .then((hello) => {
      if (signal.aborted) return;
      if (hello) guardHandle.get()?.succeed(hello.tokens);
      judgeCalls(hello?.protocolsOff ?? []);
      // What was told meanwhile is newer.
      if (!isTold) launchBy(hello?.softphone ?? null);
      numbers.begin(hello);
      judge.begin();
    });

  return {
    stop: () => control.abort(),
    alive: () => !signal.aborted && hasExtension(),
    badges: () =>
      numbers.badges().map(({ mark: { written, decision }, all, box }) => ({
        ...{ written, verdict: decision?.verdict, box },
        all: all.map((mark) => mark.written),
      })),
    marks: () => numbers.marks,
    judge: judge.judge,
    root: host.root,
  };
}

// A picture or a feed has no place for our element: where it is a frame's document, the tab's top one asks for it.
if (document.documentElement && (isPage() || window !== top) && !shared.cleardialOverlay?.alive()) {
  // In our world alone, for us and the guard: in XML it makes no elements of HTML.
  if (!(Document.prototype.createElement.call(document, "a") instanceof HTMLElement))
    Document.prototype.createElement = function (name: string) {
      return this.createElementNS("http://www.w3.org/1999/xhtml", name);
    };
  shared.cleardialOverlay?.stop();
  shared.cleardialOverlay = start();
}
