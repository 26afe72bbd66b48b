/**
 * What a page's main thread did, by the browser's own trace, in the time of that thread: other programs stretch the clock
 * on the wall, and not this.
 */
import type { Page } from "playwright-core";

interface Tasks {
  /** Milliseconds of the longest task, whoever began it. */
  longest: number;
  /** Of the extension's scripts, with the layout that they ask for: the longest run of one, and all. */
  ours: number;
  oursInAll: number;
}
interface Event {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  /** On the wall and of the thread, in microseconds. */
  dur?: number;
  tdur?: number;
  args: { name?: string; data?: { url?: string } };
}

/** Traces until `run` has ended. */
export async function traced(tab: Page, run: () => Promise<void>): Promise<Tasks> {
  const browser = tab.context().browser()!;
  await browser.startTracing(tab, { categories: ["toplevel", "devtools.timeline", "v8.execute"] });
  let trace: Buffer;
  try {
    await run();
  } finally {
    trace = await browser.stopTracing();
  }
  return tasksOf((JSON.parse(trace.toString()) as { traceEvents: Event[] }).traceEvents);
}

const isTask = ({ name }: Event) => name === "ThreadControllerImpl::RunTask";
const isScript = ({ name }: Event) => name === "FunctionCall" || name === "RunMicrotasks";
/** What runs as a microtask by itself continues an answer: the pages of this bench wait for none. */
const isOurs = ({ name, args }: Event) =>
  name === "RunMicrotasks" || args.data?.url?.startsWith("chrome-extension://") === true;
/** The task in which the trace begins has no time of the thread. */
const milliseconds = ({ tdur = 0 }: Event) => tdur / 1000;

function tasksOf(events: readonly Event[]): Tasks {
  const thread = ({ pid, tid }: Event) => `${pid} ${tid}`;
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  // The page's own is the one that did the most.
  const tasksBy = mains.map((main) =>
    events.filter((event) => isTask(event) && event.ph === "X" && thread(event) === thread(main)),
  );
  const sum = (of: readonly Event[]) => of.reduce((all, event) => all + milliseconds(event), 0);
  const tasks = tasksBy.toSorted((a, b) => sum(b) - sum(a))[0] ?? [];
  if (tasks.length === 0 || !(sum(tasks) > 0)) throw new Error("The trace has no tasks of the page");
  const scripts = events
    .filter((event) => isScript(event) && event.ph === "X" && thread(event) === thread(tasks[0]!))
    .sort((a, b) => a.ts - b.ts);
  const ours: number[] = [];
  let end = -Infinity;
  for (const script of scripts) {
    // One within another is a part of it.
    if (script.ts < end) continue;
    end = script.ts + (script.dur ?? 0);
    if (isOurs(script)) ours.push(milliseconds(script));
  }
  const longest = (of: readonly number[]) => of.reduce((most, ms) => Math.max(most, ms), 0);
  return {
    longest: longest(tasks.map(milliseconds)),
    ours: longest(ours),
    oursInAll: ours.reduce((all, ms) => all + ms, 0),
  };
}
