/** What a frame reports to the background, for the popup: how many numbers of each verdict, and the origins of its frames. */
import type { Verdict } from "../../shared/check/api.ts";
import type { Counts, FrameReport, SpokenWords } from "../carried.ts";
import { type Mark, numbersOf } from "./find/mark.ts";

/** Reports wait this long, in milliseconds, as changes often come in a row. */
const REPORT_MS = 150;

export interface ReportDeps {
  marks: () => ReadonlySet<Mark>;
  /** The marks that a screen reader is told. */
  spoken: () => Iterable<Mark>;
  speak: (words: SpokenWords, marks: Iterable<Mark>) => void;
  roots: Iterable<Document | ShadowRoot>;
  /** With a language, it is answered with the words for screen readers. */
  send: (report: { frame: FrameReport; counts: Counts; language?: string }) => Promise<SpokenWords | null>;
  signal: AbortSignal;
}

/** Tells the background and screen readers what the page shows. Answers `reportSoon`. */
export function openReport({ marks, spoken, speak, roots, send, signal }: ReportDeps) {
  let reported = "";
  let reporting: ReturnType<typeof setTimeout> | undefined;
  let words: SpokenWords | null = null;

  function report(): void {
    if (words) speak(words, spoken());
    const wordless = !words && marks().size > 0;
    const counts = countNumbers(marks());
    const frame = frameReport(roots);
    const now = JSON.stringify([counts, frame]);
    if (now === reported && !wordless) return;
    reported = now;
    send({ frame, counts, ...(wordless && { language: navigator.language }) })
      .then((said) => {
        if (!said || signal.aborted) return;
        words = said;
        speak(words, spoken());
      })
      .catch(() => undefined);
  }

  /** `again`: reports even what was reported before, as the background may have another page for this frame. */
  return function reportSoon(again = false): void {
    if (again) reported = "";
    if (reporting || signal.aborted) return;
    reporting = setTimeout(() => {
      reporting = undefined;
      if (!signal.aborted) report();
    }, REPORT_MS);
  };
}

/** Counts each number once: many CRMs show it twice. */
export function countNumbers(marks: Iterable<Mark>): Counts {
  const counts: Counts = { clear: 0, caution: 0, blocked: 0, unknown: 0 };
  const seen = new Map<string, Verdict>();
  for (const mark of marks)
    if (mark.decision) seen.set(numbersOf(mark).join() || mark.written, mark.decision.verdict);
  for (const verdict of seen.values()) counts[verdict]++;
  return counts;
}

/** The origins of the frames in these roots, one entry for each, so that the popup can offer to turn them on. */
export function frameReport(roots: Iterable<Document | ShadowRoot>): FrameReport {
  const childOrigins: string[] = [];
  for (const root of roots)
    for (const { src } of root.querySelectorAll("iframe")) {
      if (!src || !URL.canParse(src, location.href)) continue;
      const { protocol, origin } = new URL(src, location.href);
      if (/^https?:$/.test(protocol)) childOrigins.push(origin);
    }
  return { host: location.host, childOrigins };
}
