/**
 * The numbers of a page, from text to card: connects what finds them, decides them, paints them, shows their icons and
 * tells what was found.
 */
import { citiesIn } from "../../shared/country/cities.ts";
import type { NewObjection, Rulings } from "../carried.ts";
import type { Answer } from "../messages.ts";
import type { AskBackground } from "./background-link.ts";
import { openBadgeLayer } from "./badge/layer.ts";
import { openPaint } from "./badge/paint.ts";
import { openSpeech } from "./badge/spoken-list.ts";
import { openPanel } from "./card/panel.ts";
import { openFinder } from "./find/finder.ts";
import { type Mark, numbersOf } from "./find/mark.ts";
import { followPolicy, newRules } from "./find/reading-rules.ts";
import { openFrameFacts } from "./frame-facts.ts";
import { type Clock, decidesAgain, pollsAgain } from "./heartbeat.ts";
import { type Host, isPage } from "./host.ts";
import { openReport } from "./report.ts";
import { openScrolling } from "./find/scrolling.ts";

/** Of more numbers than these a screen reader is told those near the viewport: nobody listens to thousands. */
const MOST_SPOKEN = 600;

export interface NumbersDeps {
  ask: AskBackground;
  host: Host;
  /** There is something to look after: start the heartbeat. */
  lookAfter: () => void;
  /** Facts or policy changed, and every number has been decided again. */
  decided: () => void;
  /** Something of the page may now be above our element, or no longer above a number. */
  layersChanged: () => void;
  signal: AbortSignal;
}

export function openNumbers({ ask, host, lookAfter, decided, layersChanged, signal }: NumbersDeps) {
  const rules = newRules();
  let asked = false;
  rules.wantCities = () => {
    if (asked) return;
    asked = true;
    ask("page.cities", {})
      .then((table) => {
        rules.cities = citiesIn(table);
        finder.readAgain();
      })
      .catch(() => {
        // A later number asks again.
        asked = false;
        decideAll();
      });
  };
  const clock: Clock = { decidedAt: 0, polledAt: 0 };
  const hasTooMany = () => finder.marks.size > MOST_SPOKEN;
  const scrolling = openScrolling(signal);
  const layer = openBadgeLayer(
    host,
    scrolling,
    () => hasTooMany() && reportSoon(),
    (mark) => paint.draw(mark),
    signal,
  );
  const facts = openFrameFacts({
    ask,
    now: () => Date.now(),
    soon: (run) => (document.hidden ? setTimeout(run, 50) : requestAnimationFrame(run)),
    later: (run, ms) => setTimeout(() => signal.aborted || run(), ms),
    learnt({ context, numbers }) {
      if (context) readByPolicy();
      // All of a large page for each answer would be a square.
      if (!numbers) return decideAll();
      for (const n of numbers) for (const mark of finder.marksOf(n)) decide(mark);
      allDecided();
    },
  });
  const finder = openFinder(
    rules,
    scrolling,
    {
      added(mark) {
        lookAfter();
        layer.add(mark);
        decide(mark);
        facts.want(numbersOf(mark));
        reportSoon();
      },
      dropped(mark) {
        paint.clear(mark);
        layer.drop(mark);
        panel.dropped(mark);
        reportSoon();
      },
      fieldAdded: lookAfter,
      changed: () => layer.changed(),
      settled() {
        layer.settled();
        reportSoon();
      },
      layersChanged,
      rootAdded: scrolling.listen,
    },
    signal,
  );
  const paint = openPaint(layer.isNear, signal);
  const panel = openPanel({
    ...{ host, layer, scrolling, signal },
    propsOf: ({ written, e164, readings, ext, by, medium, decision }) =>
      decision && {
        ...{ written, e164, readings, ext, by, medium, decision, suppress },
        ...{ context: facts.context(), facts: facts.of(e164) },
        notNumber: () => void rule(written, { notNumber: true }),
        country: (country, wholeSite) => void rule(written, { country, wholeSite }),
      },
  });
  const speak = openSpeech(host);
  const reportSoon = openReport({
    marks: () => finder.marks,
    spoken: () => (hasTooMany() ? layer.near() : finder.marks),
    speak: (words, spoken) => speak(words, spoken, facts.context()),
    roots: finder.roots,
    send: (body) => ask("page.report", body),
    signal,
  });
  signal.addEventListener("abort", finder.dropAll);

  function decide(mark: Mark): void {
    // No badge rather than a question that is answered in a moment.
    mark.decision = mark.waits && asked ? null : facts.decide(mark.e164, mark.readings, mark.medium);
    paint.draw(mark);
    layer.decided(mark);
  }

  function decideAll(): void {
    clock.decidedAt = Date.now();
    const masked = facts.context()?.policy.maskBlocked ?? false;
    paint.mask(masked);
    layer.mask(masked);
    for (const mark of finder.marks) decide(mark);
    allDecided();
  }

  function allDecided(): void {
    panel.refresh();
    decided();
    reportSoon();
  }

  /** The policy may name other regions: then everything is read again. */
  function readByPolicy(): void {
    if (followPolicy(rules, facts.context())) finder.readAgain();
  }

  function setRulings(rulings: Rulings): void {
    rules.rulings = rulings;
    followPolicy(rules, facts.context());
    finder.readAgain();
  }

  /** Sends a person's ruling. The answer has all rulings of the site, which count at once. */
  function rule(written: string, ruling: { notNumber: true } | { country: string; wholeSite: boolean }) {
    return ask("page.rule", { host: location.host, written, ruling })
      .then(({ rulings }) => setRulings(rulings))
      .catch(() => {});
  }

  /** Puts a number on the do-not-call list, from the card or the dialog. */
  async function suppress(objection: NewObjection) {
    const answer = await ask("page.suppress", objection);
    if (answer.ok) facts.stale([objection.number], false, null);
    return answer;
  }

  return {
    facts,
    rules,
    marks: finder.marks,
    rule,
    setRulings,
    suppress,
    /** Starts reading, by what the background answered. Null: it did not, and every number is shown as unknown. */
    begin(hello: Answer<"page.hello"> | null): void {
      if (hello) {
        clock.polledAt = Date.now();
        rules.rulings = hello.rulings;
        if (isPage()) rules.language = document.documentElement.lang;
        facts.begin(hello.context, hello.trouble);
        readByPolicy();
      }
      if (isPage()) finder.begin();
    },
    hasAny: finder.hasAny,
    /** Twice a second, while the page is in view and has anything. */
    beat(): void {
      finder.pollFields();
      paint.restore();
      layer.beat();
      const now = Date.now();
      if (decidesAgain(clock, now)) decideAll();
      if (finder.marks.size === 0 || !pollsAgain(clock, now)) return;
      clock.polledAt = now;
      void facts.poll().catch(() => {});
    },
    decideAll,
    /** The page comes back from the back/forward cache. */
    returned: (): void => {
      clock.polledAt = Date.now();
      void facts.returned();
      decideAll();
      reportSoon(true);
    },
    /** Something may have moved. */
    moved: () => layer.changed(),
    /** Places every icon again: something may cover a number, or no longer does. */
    placeAll: () => layer.placeAll(),
    cardIsOpen: panel.isOpen,
    badges: layer.badges,
  };
}
