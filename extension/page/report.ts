/** What the frame tells the background for the popup: how many numbers of each verdict, and whose frames it holds. */
import type { Verdict } from "../../shared/check/api.ts";
import type { Counts, FrameReport } from "../messages.ts";
import { type Mark, numbersOf } from "./find/mark.ts";

/** What is counted and spoken may wait: many a change comes in a row. */
const REPORT_MS = 150;

export interface ReportDeps {
  marks: () => ReadonlySet<Mark>;
  /** Those that a screen reader is told of. */
  spoken: () => Iterable<Mark>;
  speak: (marks: Iterable<Mark>) => void;
  roots: Iterable<Document | ShadowRoot>;
  send: (report: { frame: FrameReport; counts: Counts }) => Promise<unknown>;
  signal: AbortSignal;
}

/** Tells the background, and assistive technology, what the page shows: soon after `reportSoon` is called. */
export function openReport({ marks, spoken, speak, roots, send, signal }: ReportDeps) {
  let reported = "";
  let reporting: ReturnType<typeof setTimeout> | undefined;

  function report(): void {
    speak(spoken());
    const counts = countNumbers(marks());
    const frame = frameReport(roots);
    const now = JSON.stringify([counts, frame]);
    if (now === reported) return;
    reported = now;
    send({ frame, counts }).catch(() => undefined);
  }

  /** `anew`: also what was told before, as another page may have been in this one's place. */
  return function reportSoon(anew = false): void {
    if (anew) reported = "";
    if (reporting || signal.aborted) return;
    reporting = setTimeout(() => {
      reporting = undefined;
      if (!signal.aborted) report();
    }, REPORT_MS);
  };
}

/** Each number counts once: many a CRM shows it twice. */
export function countNumbers(marks: Iterable<Mark>): Counts {
  const counts: Counts = { clear: 0, caution: 0, blocked: 0, unknown: 0 };
  const seen = new Map<string, Verdict>();
  for (const mark of marks)
    if (mark.decision) seen.set(numbersOf(mark).join() || mark.written, mark.decision.verdict);
  for (const verdict of seen.values()) counts[verdict]++;
  return counts;
}

/** Origins of the frames in these roots, so that the popup can offer to cover them; one entry a frame. */
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
