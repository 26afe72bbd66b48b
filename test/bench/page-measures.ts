/** Measures a page with the browser's own counters, with the extension or without. */
import type { CDPSession, Page } from "playwright-core";

export interface Spent {
  /** Milliseconds that scripts ran in the page's process, all worlds together. */
  scripting: number;
  listeners: number;
  /** Bytes, after a collection of garbage. */
  heap: number;
}

/** Reads a page's counters through one session, which does not slow the page. */
export async function openMeter(page: Page) {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const read = async (): Promise<Spent> => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((m) => m.name === name)?.value ?? Number.NaN;
    return {
      scripting: of("ScriptDuration") * 1000,
      listeners: of("JSEventListeners"),
      heap: of("JSHeapUsedSize"),
    };
  };
  return { read, close: () => session.detach() };
}

/** Durations of the page's tasks over 50 ms so far, in milliseconds. The browser buffers them. */
export const longTasks = (tab: Page): Promise<number[]> =>
  tab.evaluate(
    () =>
      new Promise<number[]>((done) => {
        const found: number[] = [];
        const observer = new PerformanceObserver((list) =>
          list.getEntries().forEach((e) => found.push(e.duration)),
        );
        observer.observe({ type: "longtask", buffered: true });
        setTimeout(() => {
          observer.disconnect();
          done(found);
        }, 200);
      }),
  );

/** Checks that a deliberate long task is seen; otherwise a count of 0 would mean nothing. */
export async function wantSight(tab: Page, before: number): Promise<void> {
  // Code run by the debugger is not a task of the page; a timer is.
  await tab.evaluate(
    () =>
      new Promise<void>((done) =>
        setTimeout(() => {
          const began = performance.now();
          while (performance.now() < began + 80);
          done();
        }),
      ),
  );
  const { length } = await longTasks(tab);
  if (length <= before) throw new Error("The browser tells of no long tasks: nothing can be measured");
}

/** The times between frames, in milliseconds, while an element scrolls down by `step` pixels a frame. */
export const scrollFrames = (tab: Page, selector: string, frames: number, step: number): Promise<number[]> =>
  tab.evaluate(
    async ([selector, frames, step]) => {
      const scroller = document.querySelector(selector)!;
      const times: number[] = [];
      let before = await new Promise(requestAnimationFrame);
      for (let i = 0; i < frames; i++) {
        scroller.scrollTop += step;
        const now = await new Promise(requestAnimationFrame);
        times.push(now - before);
        before = now;
      }
      return times;
    },
    [selector, frames, step] as const,
  );

/** Changes `a second`, in timers of 10 ms, for `seconds`. Returns how late the page's own timers came, in milliseconds. */
export const storm = (tab: Page, aSecond: number, seconds: number): Promise<number[]> =>
  tab.evaluate(
    async ([aSecond, seconds]) => {
      const rows = document.querySelectorAll("p");
      const late: number[] = [];
      let n = 0;
      const until = performance.now() + seconds * 1000;
      while (performance.now() < until) {
        const due = performance.now() + 10;
        await new Promise((done) => setTimeout(done, 10));
        late.push(performance.now() - due);
        for (let i = 0; i < aSecond / 100; i++) {
          const text = rows[n++ % rows.length]!.firstChild as Text;
          text.data = text.data.replace(/\d{3}(?=,)/, (end) =>
            String((Number(end) + 1) % 1000).padStart(3, "0"),
          );
        }
      }
      return late;
    },
    [aSecond, seconds] as const,
  );
