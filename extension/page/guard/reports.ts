/** What our script in the page's own world tells, on a channel that no script of the page can reach. */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import {
  ANSWER,
  ASKS,
  BASES,
  CANCELS,
  DONE,
  ENDS,
  FRAMES,
  LISTENS,
  LOOKS,
  MARKUP,
  OPENS,
  REOPENED,
  SUBMITS,
  TREE,
} from "../main-world-events.ts";
import { absolute } from "../find/leads.ts";
import { rootOf, shadowOf } from "../find/roots.ts";
import { pathOf } from "./closed.ts";
import { type Found, mayOpen } from "./find-dial.ts";
import { besideOf, opensHere } from "./forms.ts";
import type { Attempt, openGate, Stage } from "./gate.ts";
import { cleanMarkup, cleanTree, type Rules } from "./markup.ts";

export interface ReportsDeps {
  gate: Pick<ReturnType<typeof openGate>, "stops" | "happened">;
  channel: EventTarget;
  /** True in the outermost frame of this origin, which answers for the others. */
  answers: boolean;
  dial: (found: Pick<Found, "target" | "address">, instead?: string) => false;
  /** Hears the events of a tree, before they run in it. */
  listen: (root: EventTarget) => void;
  /** `document.open` took the listeners of our window. */
  reopened: () => void;
  looks: () => void;
  /** A script's click was ended. True where it must not open what it would. */
  ended: (node: Element) => boolean;
  /** The page cancelled it, too. */
  cancelled: (node: Element) => void;
  /** The address that a form is about to be sent to. */
  sends: (form: HTMLFormElement, submitter: null) => string;
  signal: AbortSignal;
}

export function hearReports(deps: ReportsDeps): void {
  const { gate, channel, answers, dial, listen, reopened, looks, ended, cancelled, sends, signal } = deps;
  const on = (type: string, listener: (event: Event) => void) =>
    channel.addEventListener(type, listener, { signal });
  const textOf = (event: Event) => String((event as CustomEvent<unknown>).detail);

  /** What was asked about and may just now be dialled. */
  const asked: (DialTarget | null)[] = [];

  /** `held`, or what goes on; null for what dials nothing. */
  function stops(
    address: string,
    stage: Stage,
    ours: boolean,
    isOwn?: Attempt["isOwn"],
  ): DialTarget | "held" | null {
    const target = mayDial(absolute(address) ?? address);
    if (!target) return null;
    const perform = (instead?: string) => dial({ target, address }, instead);
    const held = gate.stops({ target, element: null, stage, perform, ours, isOwn });
    return held ? "held" : target;
  }
  /** A frame never gets the address of a dial: we dial by ourselves where it may go on. */
  const takesOver = (address: string) => stops(address, "asked", true) === "held";
  const leads = (address: string) => mayDial(address) !== null;
  const rulesBy = (base: string): Rules => ({
    dials: (address) => takesOver(absolute(address, base) ?? address),
    leads,
  });

  /**
   * Hears what is told of an object in this window. Nobody else may touch it: an object has the prototypes of the frame
   * whose script touches it first.
   */
  const onOwn = (type: string, listener: (event: Event, object: EventTarget) => void) =>
    on(type, (event) => {
      const { view } = event as MouseEvent;
      if (view ? view === window : answers) listener(event, (event as MouseEvent).relatedTarget!);
    });

  on(LOOKS, looks);
  onOwn(LISTENS, (_, node) => listen(rootOf(node as Node)));
  onOwn(ENDS, (event, node) => ended(node as Element) && event.preventDefault());
  onOwn(CANCELS, (_, node) => cancelled(node as Element));
  onOwn(OPENS, (event, node) => mayOpen(pathOf(node as Element)) && event.preventDefault());
  onOwn(REOPENED, reopened);
  onOwn(SUBMITS, (event, object) => {
    const form = object as HTMLFormElement;
    // No event of it leaves a shadow root.
    listen(rootOf(form));
    let isOpening = true;
    const address = sends(form, null);
    const beside = besideOf(form, null);
    const is = stops(address, "sent", false, (by) => isOpening && beside(by));
    if (is === "held") event.preventDefault();
    else if (is && !opensHere(form, null))
      setTimeout(() => {
        isOpening = false;
        gate.happened(is, "sent");
      });
  });
  // A frame whose functions made a tree may itself open nothing.
  const asksFor = (address: string) =>
    !channel.dispatchEvent(
      new CustomEvent(FRAMES, { cancelable: true, detail: absolute(address) ?? address }),
    );
  onOwn(TREE, (_, tree) => cleanTree(tree as unknown as ParentNode, { dials: asksFor, leads }, shadowOf));
  if (!answers) return;

  on(ASKS, (event) => {
    const is = stops(textOf(event), "asked", false);
    if (is === "held") event.preventDefault();
    else asked.push(is);
  });
  on(DONE, () => {
    const target = asked.pop();
    if (target) gate.happened(target, "asked");
  });
  on(FRAMES, (event) => takesOver(textOf(event)) && event.preventDefault());
  on(BASES, (event) => leads(textOf(event)) && event.preventDefault());
  on(MARKUP, (event) => {
    const detail = textOf(event);
    const at = detail.indexOf("\n");
    const text = detail.slice(at + 1);
    // No answer lets all of it be written.
    let is = { kept: "", tail: "" };
    try {
      is = cleanMarkup(text, rulesBy(detail.slice(0, at)));
    } finally {
      if (is.kept !== text) channel.dispatchEvent(new CustomEvent(ANSWER, { detail: [is.kept, is.tail] }));
    }
  });
}
