/** Runs one cell inside the page: from the names of its axes, by the small functions that they name. */
import { type Cell, methodOf, opensItself, sinkOf, timingOf } from "../axes.ts";
import { placed } from "./methods.ts";
import { enter, type Natives, nativesOf, type RealmName } from "./realms.ts";
import { type Act, clickOf, type Gesture } from "./timings.ts";
import { type Argument, toolsOf } from "./tools.ts";

export interface Plan {
  cell: Cell;
  address: string;
  /** A clear number's address. */
  decoy: string;
  /** What the page's base element says. */
  base: string | null;
}
export interface Armed {
  /** Where to click, in its frame; null where a key does. */
  spot: { x: number; y: number } | null;
  /** What the page could not do, in the browser's own words. */
  error: string | null;
}

let heard = false;
let listening = new AbortController();
const bases: HTMLBaseElement[] = [];
let last: HTMLElement | undefined;

/** Takes the last cell's elements out of the way. They stay in the page: what they began may not be over. */
function room(): HTMLElement {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  for (const base of bases.splice(0)) base.remove();
  if (last) last.style.left = "-900px";
  last = document.getElementById("cells")!.appendChild(document.createElement("div"));
  last.className = "cell";
  return last;
}

/** Makes everything ready for a person, or does all that a cell of a key or a script does. */
export async function arm(plan: Plan): Promise<Armed> {
  heard = false;
  try {
    const { element, win, over } = await prepare(plan);
    if (element)
      return { spot: ready(element as HTMLElement, win, plan.cell.gesture as Gesture), error: null };
    await over;
    return { spot: null, error: null };
  } catch (error) {
    return { spot: null, error: String(error) };
  }
}

/** Cells that no person acts in, all after one key: what each page could not do. */
export async function armAll(plans: readonly Plan[]): Promise<(string | null)[]> {
  const begun: Promise<string | null>[] = [];
  for (const plan of plans) {
    const one = prepare(plan).then(({ over }) => over);
    begun.push(one.then(() => null, String));
    // A base element is the whole document's, and a dialog in front of everything.
    if (plan.base !== null) await begun.at(-1);
    else await Promise.race([begun.at(-1), new Promise((done) => setTimeout(done, 4))]);
  }
  return Promise.all(begun);
}

/**
 * A named window is its cell's alone: Chromium closes a tab that only dialled, and what is opened in one that is closing is
 * lost, with us and without.
 */
function targetOf({ target }: Cell): string | null {
  if (target === "-") return null;
  return target === "named" ? `named ${Math.random()}` : target;
}

interface Prepared {
  /** What a person acts on. */
  element: Element | null;
  win: Window;
  /** Resolves when the page has taken its step. */
  over: Promise<unknown>;
}
async function prepare({ cell, address, decoy, base }: Plan): Promise<Prepared> {
  const realm = await enter(cell.realm as RealmName, room());
  const natives = await nativesOf(cell.natives as Natives, realm);
  const tools = toolsOf(realm, natives, targetOf(cell), cell.argument as Argument, decoy);
  // A relative address is resolved by the document that it is in, or by the one whose script runs.
  if (base !== null)
    for (const doc of new Set([document, realm.doc])) {
      const element = doc.head.appendChild(doc.createElement("base"));
      element.href = base;
      bases.push(element);
    }
  const sink = sinkOf(cell.sink);
  const timing = timingOf(cell.timing);
  const gesture = cell.gesture as Gesture;
  const method = methodOf(cell.method);
  const content = (to: string) => sink.content?.(to) ?? to;
  const fire = (to: string) => {
    if (sink.go) return sink.go(tools, to);
    const opened = placed(tools, method, sink.bare!(tools), content(to), sink.open !== undefined);
    sink.open?.(tools, opened);
  };
  const itself = opensItself(cell);
  let element: Element | null = null;
  let step = () => fire(address);
  if (itself) {
    const bare = sink.bare!(tools);
    if (timing.name === "at once" || timing.more) {
      element = placed(tools, method, bare, content(address), true);
      step = () => {};
    } else {
      element = bare.element;
      element.setAttributeNS(bare.namespace ?? null, bare.attribute, content(decoy));
      tools.add(bare.root);
      step = () => method.set!(tools, bare, tools.value(content(address)));
    }
    element = sink.acts?.(element) ?? element;
    await sink.ready?.(tools, element);
  } else if (gesture !== "key") {
    const button = tools.make("button", { type: "button" });
    button.append(tools.make("span", { class: "child" }));
    button.firstElementChild!.textContent = "Do it";
    element = tools.add(button);
  }
  listening.abort();
  listening = new AbortController();
  // Before the cell's own listeners: some stop the event.
  realm.win.addEventListener(gesture === "Enter" ? "keydown" : "pointerdown", () => (heard = true), {
    capture: true,
    signal: listening.signal,
  });
  const act: Act = {
    win: realm.win,
    element,
    gesture,
    opensItself: itself,
    decoy: () => fire(decoy),
    clear: decoy,
    signal: listening.signal,
  };
  let isTaken = false;
  const over = begin(act, () => ((isTaken = true), step()), timing.begin);
  // Where the page is busy, a click may come before the timeout from its press: it opens what the link led to until then.
  if (itself && gesture !== "Enter" && timing.name === "after a timeout")
    realm.win.addEventListener(clickOf(gesture), () => (heard &&= isTaken), {
      capture: true,
      signal: listening.signal,
    });
  if (gesture !== "script") return { element, win: realm.win, over };
  pretend(element as HTMLElement);
  listening.abort();
  return { element: null, win: realm.win, over };
}

/** A click as a script makes it. */
function pretend(element: HTMLElement): void {
  const from = element.querySelector<HTMLElement>(".child") ?? element;
  const rest = { bubbles: true, cancelable: true, composed: true };
  from.dispatchEvent(new PointerEvent("pointerdown", rest));
  from.dispatchEvent(new MouseEvent("mousedown", rest));
  from.dispatchEvent(new PointerEvent("pointerup", rest));
  from.dispatchEvent(new MouseEvent("mouseup", rest));
  from.click();
}

/** Resolves when the step has been taken, or, where it never comes, a moment later. */
function begin(
  act: Act,
  step: () => void,
  how: (act: Act, step: () => void) => void,
): Promise<string | null> {
  return new Promise((done, fail) => {
    how(act, () => {
      try {
        step();
        done(null);
      } catch (error) {
        fail(new Error(String(error)));
      }
    });
    if (!act.element || act.gesture === "script") setTimeout(done, 600, "never");
  });
}

function ready(element: HTMLElement, win: Window, gesture: Gesture) {
  if (gesture === "Enter") {
    if (element.tabIndex < 0) element.tabIndex = 0;
    win.focus();
    element.focus();
  }
  const box = element.getBoundingClientRect();
  let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  for (let at = win; at !== window; at = at.parent) {
    const frame = at.frameElement!.getBoundingClientRect();
    [x, y] = [x + frame.left, y + frame.top];
  }
  return { x, y };
}

/** Whether the page heard of what the person did. */
export const wasHeard = () => heard;
/** Whether nothing of ours is in front of the page. Runs in the top document. */
export function isFree(): boolean {
  for (const dialog of document.querySelectorAll("dialog[open]")) (dialog as HTMLDialogElement).close();
  return document.elementFromPoint(6, 6)?.closest("#documents, .cell") instanceof Element;
}
