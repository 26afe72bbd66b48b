/**
 * What lives in a page of a site that was turned on. Wires its rooms with one AbortController: taking everything down
 * is one `abort()`. Registered at run time, or injected into an open page; a second injection changes nothing, a newer
 * version takes over.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { writtenKey } from "../../shared/phone/phone.ts";
import { ask, type PageMessage } from "../messages.ts";
import { openBadgeLayer } from "./badge/layer.ts";
import type { Judge } from "./guard/pending-dial.ts";
import { openFrameJudge } from "./guard/frame-judge.ts";
import { openFrameFacts, POLL_MS } from "./frame-facts.ts";
import { openFields } from "./find/fields.ts";
import { guardHandle, hasExtension } from "./guard/handle.ts";
import { openHost } from "./host.ts";
import { type Mark, numbersOf, openMarks } from "./find/mark.ts";
import { openPaint } from "./badge/paint.ts";
import { openPanel } from "./card/panel.ts";
import { openHeartbeat } from "./heartbeat.ts";
import { openMarkReader } from "./find/mark-reader.ts";
import { frameReport, openReport } from "./report.ts";
import { type ReadingRules, visit } from "./find/scan.ts";
import { watchPageEvents } from "./page-events.ts";
import type { Box } from "./badge/slots.ts";
import { openSpeech } from "./badge/spoken-list.ts";
import { containerOf } from "./find/tree.ts";
import { watch } from "./find/watch.ts";
import { openRecordIndex } from "./find/record-index.ts";

const BEAT_MS = 500;
const MINUTE = 60_000;
/** Of more numbers than these a reader hears those near what is in view: nobody listens to thousands. */
const MOST_SPOKEN = 500;

/** In the extension's own world of the frame: a page cannot see it. */
export interface Running {
  stop: () => void;
  alive: () => boolean;
  /** The icons that are shown. */
  badges: () => { written: string; verdict: Verdict | undefined; box: Box }[];
  judge: Judge;
}
const shared = globalThis as unknown as { cleardialOverlay?: Running };

function start(): Running {
  const control = new AbortController();
  const { signal } = control;
  const host = openHost(signal);
  const lookAfter = openHeartbeat(beat, BEAT_MS, signal);
  const rules: ReadingRules = {
    ...{ region: "GB", also: [], language: "" },
    rulings: { notNumbers: [], countries: {}, siteCountry: null },
  };
  const speak = openSpeech(host);
  const layer = openBadgeLayer(host, () => marks.all.size > MOST_SPOKEN && reportSoon(), signal);
  let pollAt = 0;
  let decidedAt = 0;

  const facts = openFrameFacts({
    ask: (kind, body) => sending(ask(kind, body)),
    now: () => Date.now(),
    soon: (run) => (document.hidden ? setTimeout(run, 50) : requestAnimationFrame(run)),
    later: (run, ms) => setTimeout(() => signal.aborted || run(), ms),
    learnt({ context }) {
      if (context) readAs();
      decideAll();
    },
  });

  const marks = openMarks({
    added(mark) {
      lookAfter();
      if (mark.record) records.add(mark.record, mark);
      layer.add(mark);
      decide(mark);
      facts.want(numbersOf(mark));
      reportSoon();
    },
    dropped(mark) {
      if (mark.record) records.remove(mark.record, mark);
      paint.clear(mark);
      layer.drop(mark);
      panel.dropped(mark);
      reportSoon();
    },
  });

  /** Marks by what was read around them. */
  const records = openRecordIndex();
  const reading = openMarkReader(marks, rules);
  const fields = openFields({ marks, rules, signal });
  const watcher = watch(
    {
      textChanged: (node) => marks.dropText(node),
      piecesChanged: (container) => marks.dropJoined(container),
      linkChanged: (link) => marks.dropOwned(link),
      optedOut() {
        marks.dropOptedOut();
        fields.dropOptedOut();
      },
      around: (node) => records.around(node),
      changed: () => layer.changed(),
      rootAdded: (root) => paint.adopt(root),
      readText: reading.container,
      read: (top) =>
        visit(top, containerOf, {
          root: (root) => watcher.add(root),
          ...reading,
          field(field) {
            fields.add(field);
            lookAfter();
          },
        }),
      settled() {
        marks.sweep();
        fields.sweep();
        layer.settled();
        reportSoon();
      },
      layersChanged,
    },
    signal,
  );
  const paint = openPaint(watcher.roots, signal);
  const panel = openPanel({
    host,
    layer,
    signal,
    propsOf: (mark) =>
      mark.decision && {
        ...{ written: mark.written, e164: mark.e164, readings: mark.readings, ext: mark.ext, by: mark.by },
        decision: mark.decision,
        context: facts.context(),
        suppress: judge.suppress,
        notNumber: () => void rule(mark.written, { notNumber: true }),
        country: (country, wholeSite) => void rule(mark.written, { country, wholeSite }),
      },
  });
  const judge = openFrameJudge({
    ...{ host, facts, rules, signal },
    shown(written) {
      const key = writtenKey(written);
      const same = [...marks.all].filter((m) => m.written === written || writtenKey(m.written) === key);
      const numbers = new Set(same.map((m) => m.e164));
      return numbers.size === 1 ? (same[0]?.e164 ?? null) : null;
    },
    asking: () => lookAfter(),
    send: (kind, body) => sending(ask(kind, body)),
    country: (written, country, wholeSite) => rule(written, { country, wholeSite }),
  });

  function decide(mark: Mark): void {
    mark.decision = facts.decide(mark.e164, mark.readings);
    paint.draw(mark);
    layer.decided(mark);
  }

  function decideAll(): void {
    decidedAt = Date.now();
    const masked = facts.context()?.policy.maskBlocked ?? false;
    paint.mask(masked);
    layer.mask(masked);
    for (const mark of marks.all) decide(mark);
    panel.refresh();
    judge.learnt();
    reportSoon();
  }

  /** The region may be another, or what people said of numbers is: everything is read again. */
  function readAs(anew = false): void {
    // What is kept may be of an older version's policy.
    const { defaultRegion = "GB", alsoRegions = [] } = facts.context()?.policy.numbers ?? {};
    const region = rules.rulings.siteCountry ?? defaultRegion;
    if (!anew && region === rules.region && alsoRegions.join() === rules.also.join()) return;
    rules.region = region;
    rules.also = alsoRegions;
    watcher.again();
    fields.again();
  }

  function setRulings(rulings: ReadingRules["rulings"]): void {
    rules.rulings = rulings;
    readAs(true);
  }

  function rule(written: string, ruling: { notNumber: true } | { country: string; wholeSite: boolean }) {
    return sending(ask("page.rule", { host: location.host, written, ruling }))
      .then(({ rulings }) => setRulings(rulings))
      .catch(() => {});
  }

  /** Something of the page's may cover us, or no longer cover a number. */
  function layersChanged(): void {
    if (judge.isOpen()) judge.raise();
    else if (!panel.isOpen()) host.raise();
    layer.placeAll();
  }

  /** A message that cannot be sent because the extension is gone takes everything down. */
  async function sending<T>(message: Promise<T>): Promise<T> {
    try {
      return await message;
    } catch (error) {
      if (!hasExtension()) control.abort();
      throw error;
    }
  }

  const reportSoon = openReport({
    marks: () => marks.all,
    /** Of too many a reader hears those near what is in view. */
    spoken: () => (marks.all.size > MOST_SPOKEN ? layer.near() : marks.all),
    speak: (spoken) => speak(spoken, facts.context()),
    roots: watcher.roots,
    send: (body) => sending(ask("page.report", body)),
    signal,
  });

  /** Now and then, while there is anything. False where there is nothing any more. */
  function beat(): boolean {
    if (!hasExtension()) {
      control.abort();
      return false;
    }
    judge.beat();
    const anything = marks.all.size > 0 || fields.size() > 0;
    if (document.hidden || !anything) return anything || judge.isOpen();
    fields.poll();
    if (!host.isAttached()) host.raise();
    paint.restore();
    layer.beat();
    const now = Date.now();
    // Hours and a list's age change with the clock alone; and a device's clock may be set back.
    if (Math.abs(now - decidedAt) >= MINUTE) decideAll();
    if (marks.all.size > 0 && Math.abs(now - pollAt) >= POLL_MS) {
      pollAt = now;
      void facts.poll().catch(() => {});
    }
    return true;
  }
  watchPageEvents(
    {
      moved: () => layer.changed(),
      layersChanged,
      awake() {
        decideAll();
        beat();
      },
      returned() {
        pollAt = Date.now();
        void facts.returned();
        decideAll();
        reportSoon(true);
      },
    },
    host.element,
    signal,
  );

  const listener = (message: PageMessage, _sender: unknown, answer: (heard: boolean) => void): undefined => {
    if (message.kind === "off") control.abort();
    else if (message.kind === "facts.stale") facts.stale(message.numbers, message.all, message.context);
    else if (message.kind !== "rulings.changed") answer(judge.hear(message));
    else if (message.host === location.host) setRulings(message.rulings);
  };
  chrome.runtime.onMessage.addListener(listener);
  signal.addEventListener("abort", () => {
    if (hasExtension()) chrome.runtime.onMessage.removeListener(listener);
    for (const mark of marks.all) marks.drop(mark);
    delete shared.cleardialOverlay;
  });

  // Last: a dial that waits for it is judged at once.
  guardHandle.get()?.connect(judge.judge, signal);
  void sending(ask("page.hello", { frame: frameReport([document]) }))
    .then(({ rulings, context, trouble }) => {
      if (signal.aborted) return;
      pollAt = Date.now();
      rules.rulings = rulings;
      rules.language = document.documentElement.lang;
      facts.begin(context, trouble);
      readAs();
      watcher.add(document);
    })
    // The background did not answer: numbers are still found, and said to be unknown.
    .catch(() => signal.aborted || watcher.add(document));

  return {
    stop: () => control.abort(),
    alive: () => !signal.aborted && hasExtension(),
    badges: () =>
      layer
        .badges()
        .map(({ mark, box }) => ({ written: mark.written, verdict: mark.decision?.verdict, box })),
    judge: judge.judge,
  };
}

// A picture or a feed opened as a document has no place for our element.
if (document.documentElement instanceof HTMLElement && !shared.cleardialOverlay?.alive()) {
  shared.cleardialOverlay?.stop();
  shared.cleardialOverlay = start();
}
