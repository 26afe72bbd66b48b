/**
 * What lives in a page of a site that was turned on. Wires its rooms with one AbortController: taking everything down
 * is one `abort()`. Registered at run time, or injected into an open page; a second injection changes nothing, a newer
 * version takes over.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { writtenKey } from "../../shared/phone/phone.ts";
import { ask, type PageMessage } from "../messages.ts";
import { openBoard } from "./badge/layer.ts";
import type { Judge } from "./guard/dial.ts";
import { openDialling } from "./guard/judge-in-frame.ts";
import { openFacts, POLL_MS } from "./frame-facts.ts";
import { openFields } from "./find/fields.ts";
import { guardHandle, hasExtension } from "./guard/handle.ts";
import { openHost } from "./host.ts";
import { type Mark, numbersOf, openMarks } from "./find/mark.ts";
import { openPaint } from "./badge/paint.ts";
import { openPanel } from "./card/panel.ts";
import { openPulse } from "./pulse.ts";
import { openReading } from "./find/reading.ts";
import { frameReport, openReport } from "./report.ts";
import { type Reader, visit } from "./find/scan.ts";
import { watchSigns } from "./badge/motion.ts";
import type { Box } from "./badge/slots.ts";
import { openSpeech } from "./badge/spoken-list.ts";
import { containerOf } from "./find/tree.ts";
import { watch } from "./find/watch.ts";
import { openWithin } from "./find/within.ts";

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
  const lookAfter = openPulse(beat, BEAT_MS, signal);
  const reader: Reader = {
    ...{ region: "GB", also: [], language: "" },
    rulings: { notNumbers: [], countries: {}, siteCountry: null },
  };
  const speak = openSpeech(host);
  const board = openBoard(host, () => marks.all.size > MOST_SPOKEN && reportSoon(), signal);
  let pollAt = 0;
  let decidedAt = 0;

  const facts = openFacts({
    ask: (kind, body) => sending(ask(kind, body)),
    now: () => Date.now(),
    soon: (run) => (document.hidden ? setTimeout(run, 50) : requestAnimationFrame(run)),
    later: (run, ms) => setTimeout(() => signal.aborted || run(), ms),
    learnt({ ground }) {
      if (ground) readAs();
      decideAll();
    },
  });

  const marks = openMarks({
    added(mark) {
      lookAfter();
      if (mark.within) within.add(mark.within, mark);
      board.add(mark);
      decide(mark);
      facts.want(numbersOf(mark));
      reportSoon();
    },
    dropped(mark) {
      if (mark.within) within.remove(mark.within, mark);
      paint.clear(mark);
      board.drop(mark);
      panel.dropped(mark);
      reportSoon();
    },
  });

  /** Marks by what was read around them. */
  const within = openWithin();
  const reading = openReading(marks, reader);
  const fields = openFields({ marks, reader, signal });
  const watcher = watch(
    {
      textChanged: (node) => marks.dropText(node),
      piecesChanged: (container) => marks.dropJoined(container),
      linkChanged: (link) => marks.dropOwned(link),
      optedOut() {
        marks.dropOptedOut();
        fields.dropOptedOut();
      },
      around: (node) => within.around(node),
      changed: () => board.changed(),
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
        board.settled();
        reportSoon();
      },
      layersChanged,
    },
    signal,
  );
  const paint = openPaint(watcher.roots, signal);
  const panel = openPanel({
    host,
    board,
    signal,
    propsOf: (mark) =>
      mark.decision && {
        ...{ written: mark.written, e164: mark.e164, readings: mark.readings, ext: mark.ext, by: mark.by },
        decision: mark.decision,
        ground: facts.ground(),
        suppress: dialling.suppress,
        notNumber: () => void rule(mark.written, { notNumber: true }),
        country: (country, wholeSite) => void rule(mark.written, { country, wholeSite }),
      },
  });
  const dialling = openDialling({
    ...{ host, facts, reader, signal },
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
    board.decided(mark);
  }

  function decideAll(): void {
    decidedAt = Date.now();
    const masked = facts.ground()?.policy.maskBlocked ?? false;
    paint.mask(masked);
    board.mask(masked);
    for (const mark of marks.all) decide(mark);
    panel.refresh();
    dialling.learnt();
    reportSoon();
  }

  /** The region may be another, or what people said of numbers is: everything is read again. */
  function readAs(anew = false): void {
    // What is kept may be of an older version's policy.
    const { defaultRegion = "GB", alsoRegions = [] } = facts.ground()?.policy.numbers ?? {};
    const region = reader.rulings.siteCountry ?? defaultRegion;
    if (!anew && region === reader.region && alsoRegions.join() === reader.also.join()) return;
    reader.region = region;
    reader.also = alsoRegions;
    watcher.again();
    fields.again();
  }

  function setRulings(rulings: Reader["rulings"]): void {
    reader.rulings = rulings;
    readAs(true);
  }

  function rule(written: string, ruling: { notNumber: true } | { country: string; wholeSite: boolean }) {
    return sending(ask("page.rule", { host: location.host, written, ruling }))
      .then(({ rulings }) => setRulings(rulings))
      .catch(() => {});
  }

  /** Something of the page's may cover us, or no longer cover a number. */
  function layersChanged(): void {
    if (dialling.isOpen()) dialling.raise();
    else if (!panel.isOpen()) host.raise();
    board.placeAll();
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
    spoken: () => (marks.all.size > MOST_SPOKEN ? board.near() : marks.all),
    speak: (spoken) => speak(spoken, facts.ground()),
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
    dialling.beat();
    const anything = marks.all.size > 0 || fields.size() > 0;
    if (document.hidden || !anything) return anything || dialling.isOpen();
    fields.poll();
    if (!host.stands()) host.raise();
    paint.restore();
    board.beat();
    const now = Date.now();
    // Hours and a list's age change with the clock alone; and a device's clock may be set back.
    if (Math.abs(now - decidedAt) >= MINUTE) decideAll();
    if (marks.all.size > 0 && Math.abs(now - pollAt) >= POLL_MS) {
      pollAt = now;
      void facts.poll().catch(() => {});
    }
    return true;
  }
  watchSigns(
    {
      moved: () => board.changed(),
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
    else if (message.kind === "facts.stale") facts.stale(message.numbers, message.all, message.ground);
    else if (message.kind !== "rulings.changed") answer(dialling.hear(message));
    else if (message.host === location.host) setRulings(message.rulings);
  };
  chrome.runtime.onMessage.addListener(listener);
  signal.addEventListener("abort", () => {
    if (hasExtension()) chrome.runtime.onMessage.removeListener(listener);
    for (const mark of marks.all) marks.drop(mark);
    delete shared.cleardialOverlay;
  });

  // Last: a dial that waits for it is judged at once.
  guardHandle.get()?.connect(dialling.judge, signal);
  void sending(ask("page.hello", { frame: frameReport([document]) }))
    .then(({ rulings, ground, trouble }) => {
      if (signal.aborted) return;
      pollAt = Date.now();
      reader.rulings = rulings;
      reader.language = document.documentElement.lang;
      facts.begin(ground, trouble);
      readAs();
      watcher.add(document);
    })
    // The background did not answer: numbers are still found, and said to be unknown.
    .catch(() => signal.aborted || watcher.add(document));

  return {
    stop: () => control.abort(),
    alive: () => !signal.aborted && hasExtension(),
    badges: () =>
      board
        .badges()
        .map(({ mark, box }) => ({ written: mark.written, verdict: mark.decision?.verdict, box })),
    judge: dialling.judge,
  };
}

// A picture or a feed opened as a document has no place for our element.
if (document.documentElement instanceof HTMLElement && !shared.cleardialOverlay?.alive()) {
  shared.cleardialOverlay?.stop();
  shared.cleardialOverlay = start();
}
