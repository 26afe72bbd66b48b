/**
 * What a click or a submit dials. It is judged before the app's handlers, as it will open then, and again whenever a
 * handler may have changed that: where a link leads is read by the browser after the last of them.
 */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import { CLICKS, UNWATCHES, WATCHES } from "../main-world-events.ts";
import { deepest, pathOf } from "./closed.ts";
import { findDial, type Found } from "./find-dial.ts";
import { besideOf, opensHere, sentBy, type Sent, settle } from "./forms.ts";
import type { openGate, Stage } from "./gate.ts";
import type { SiteRule } from "./site-rules.ts";
import { formOf } from "../find/leads.ts";
import { isElement, rootOf, shadowOf } from "../find/roots.ts";
import { isInPage } from "../find/tree.ts";

export interface EventsDeps {
  gate: Pick<ReturnType<typeof openGate>, "stops" | "happened">;
  rules: readonly SiteRule[];
  channel: EventTarget;
  /** Dials by ourselves: no handler of the app's does. */
  dial: (found: Pick<Found, "target" | "address">, instead?: string) => false;
  signal: AbortSignal;
}

const isSame = (a: DialTarget, b: DialTarget | null): boolean =>
  a.written === b?.written && a.medium === b.medium && a.unlisted === b.unlisted;

const ALL = { subtree: true, childList: true, attributes: true };
const isMouseEvent = (event: Event): event is MouseEvent => "button" in event;
const isSubmitEvent = (event: Event): event is SubmitEvent => "submitter" in event;

/** A click or a submit that is under way. */
interface Live {
  event: Event;
  stage: Stage;
  /**
   * A held one that goes on, or what goes on by the pass of one, until the last look: what its handlers dial takes its pass,
   * and it is judged if it opens. Undefined where that is not known yet.
   */
  lends: boolean | undefined;
  lend: () => void;
  /** What it was judged by last. */
  target: DialTarget | null;
  /** False for a call button: its app dials when it is ready. */
  dials: boolean;
  /** Of a click: the elements that it passes, as far as it has shown them. */
  path: readonly Element[];
  /** Whether a stage is none of what it opens, as it was at the last look. */
  beside: (stage: Stage) => boolean;
  /** What it was judged by may have gone another way. */
  isLent?: boolean;
  look: () => void;
  observer: MutationObserver | null;
}

export function openEvents({ gate, rules, channel, dial, signal }: EventsDeps) {
  const live = new Map<Event, Live>();
  /** What forms have in them that are being sent. */
  const sending = new Map<EventTarget, NonNullable<Sent["fields"]>>();
  /** What a person acted on, before the page heard of it, until the click that follows. */
  let pressedOn: Element | null = null;
  /** Where the pointer went down. A click is on what both are in. */
  let downOn: Element | null = null;
  /** What has the pointer: the page may give it to an element of its choice. */
  let captor: Element | null = null;
  /** What we click once more. */
  let repeated: Element | null = null;
  /** The next event is one that was held and goes on. */
  let isResumed = false;
  /** In place of the events of scripts' clicks that are not heard here. */
  const unheard = new WeakMap<Element, Event>();
  const isOpen = (event: Event) => event.eventPhase !== Event.NONE && !event.defaultPrevented;
  /** A page may cancel an event that it has ended: nothing tells of that, or of what it opens in another window then. */
  const isLending = ({ event, lends, beside }: Live) =>
    lends && event.eventPhase > 0 && !(event.cancelBubble && beside("click"));
  /** True where it was judged as what it opens, which has not gone another way, while it is another window's. */
  const isKnown = (target: DialTarget, state: Live) =>
    isSame(target, state.target) && !(state.isLent && state.beside("click") && !isLending(state));

  /** Begins to look after an event, or goes on: listeners in several roots hear the same one. */
  function begin(event: Event, roots: ReadonlySet<Node>, look: (state: Live) => void): Live {
    const state: Live = live.get(event) ?? {
      ...{ event, target: null, dials: true, path: [], look() {}, beside: () => false },
      lends: isResumed || undefined,
      // What does not bubble has no last look.
      lend: () => (state.lends ??= event.bubbles),
      stage: isResumed ? "resumed" : isSubmitEvent(event) ? "submit" : "click",
      // A person's event leaves time for microtasks after each of its listeners, the last included.
      observer: event.isTrusted ? new MutationObserver(looks) : null,
    };
    state.look = () => look(state);
    for (const root of roots) state.observer?.observe(root, ALL);
    if (live.has(event)) return state;
    isResumed = false;
    live.set(event, state);
    // The handlers of an event have run, or those of its form.
    const last = (now: Event) => {
      if (now !== event || !isOpen(event)) return;
      if (!isSubmitEvent(event) || event.currentTarget !== event.target) state.lends = false;
      state.look();
    };
    // A form's handlers may fill in fields, which nothing tells of, and end the event there.
    const lasts = [isSubmitEvent(event) && event.target, event.currentTarget].filter((at) => !!at);
    const each = (does: "addEventListener" | "removeEventListener") =>
      lasts.forEach((at) => EventTarget.prototype[does].call(at, event.type, last));
    each("addEventListener");
    setTimeout(() => {
      state.observer?.disconnect();
      each("removeEventListener");
      live.delete(event);
      if (state.target && state.dials && !event.defaultPrevented) spent(state, state.target);
    });
    return state;
  }

  /** What an event opened of itself has happened, unless the browser is still on its way. */
  function spent({ event, stage }: Live, target: DialTarget): void {
    if (!isSubmitEvent(event) || !opensHere(event.target as HTMLFormElement, event.submitter))
      gate.happened(target, stage);
  }

  /** A handler may have changed what the events that are under way will open. */
  function looks(): void {
    for (const state of live.values()) if (isOpen(state.event)) state.look();
  }

  /** See `Pass`. An address that a handler sets may be in its place: the handler may cancel it after that. */
  function owns(state: Live): (stage: Stage) => boolean {
    const { event } = state;
    state.isLent = false;
    return (stage) => {
      // Also once it has passed, until what it opens in another window is open.
      const isLive = state.dials && live.has(event) && !event.defaultPrevented;
      const isOnWay = !event.target || event.eventPhase > 0;
      const isOwn = isLive && !isLending(state) && ((isOnWay && stage !== "goes") || state.beside(stage));
      state.isLent = isLive && !isOwn;
      return isOwn;
    };
  }

  function stop(event: Event): void {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function clicked(event: Event): void {
    // The browser follows no other event of this name.
    if (!isMouseEvent(event)) return;
    // A script's middle click opens nothing.
    if (event.type === "auxclick" && (event.button !== 1 || !event.isTrusted)) return;
    const path = event.composedPath().filter(isElement);
    // What was clicked in a closed root can only be seen inside it: listen there, before the event arrives. Nor does a
    // submit event leave a shadow root.
    const roots = new Set(path.flatMap((at) => [rootOf(at), shadowOf(at) ?? document]));
    for (const at of roots) if (at !== document) listen(at);
    const state = begin(event, roots, (now) => judgeClick(event, path, now));
    judgeClick(event, path, state);
    if (event.isTrusted) setTimeout(() => (pressedOn = null));
  }

  /** The path of an event that was ended, so that closed roots will not hear it. Where it began in one, that was noted. */
  function wholePath([innermost]: readonly Element[], { event, observer }: Live): readonly Element[] {
    const noted = pathOf(event.isTrusted ? pressedOn : repeated);
    if (!noted.includes(innermost!)) return pathOf(innermost);
    for (const at of new Set(noted.map(rootOf))) observer?.observe(at, ALL);
    return noted;
  }

  function judgeClick(event: MouseEvent, path: readonly Element[], state: Live): void {
    state.path = path;
    // A handler may have taken what was clicked out of the page since.
    const found =
      (event.cancelBubble ? findDial(wholePath(path, state), rules) : null) ?? findDial(path, rules);
    if (!found) return;
    const { target, element, address } = found;
    const isKeyed = event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0;
    state.beside = formOf(element) ? () => false : isKeyed ? () => true : besideOf(element, null);
    if (isKnown(target, state)) return;
    const isHeard = path.includes(element);
    // Its own app, which alone could dial, does not hear it, either.
    if (!isHeard && address === null) return;
    // What it was judged by before does not open any more.
    const { isLent, stage } = state;
    if (state.target) gate.happened(state.target, stage);
    state.target = target;
    state.dials = address !== null;
    const perform = (instead?: string): boolean => {
      // On the innermost element that was clicked: the app may check its target.
      const on = path.find(isInPage) ?? element;
      let now: Found | null = found;
      // What a handler dialled in its place it would dial again.
      if (!isLent && instead === undefined && isHeard && isInPage(element))
        watched(() => {
          // A scripted middle click opens nothing, and its handlers may change what a person's would.
          const goes = event.type !== "click" && on.dispatchEvent(new MouseEvent("auxclick", event));
          if (event.type === "click") clickAgain(on, event);
          now = goes ? findDial(path, rules) : null;
        });
      if (now && (now.address !== null || instead !== undefined)) dial(now, instead);
      return !now;
    };
    if (gate.stops({ target, element, stage, perform, isOwn: owns(state), lend: state.lend })) stop(event);
  }

  /** A script's click on a node was ended. True where we hold what it would open: its event may never be heard here. */
  function ended(node: Element): boolean {
    const now = pathOf(node).filter(isElement);
    const isOfNode = ({ event, path: [innermost] }: Live) =>
      innermost && now.includes(innermost) && !event.isTrusted && event.eventPhase !== Event.NONE;
    const heard = [...live.values()].findLast(isOfNode);
    const path = [...new Set([...now, ...(heard?.path ?? [])])];
    let event = heard?.event ?? unheard.get(node);
    if (!event || !live.has(event))
      unheard.set(node, (event = new MouseEvent("click", { cancelable: true })));
    const look = (state: Live) => judgeClick(event as MouseEvent, path, state);
    const state = begin(event, new Set(), look);
    const was = event.defaultPrevented;
    look(state);
    return event.defaultPrevented && (!was || !heard);
  }

  /** Nothing opens by a click that was ended, as the page has cancelled it. */
  const cancelled = (node: Element): void => unheard.get(node)?.preventDefault();

  /** Runs the app's handlers, with word of what they write. */
  function watched(run: () => void): void {
    channel.dispatchEvent(new Event(WATCHES));
    isResumed = true;
    try {
      run();
    } finally {
      isResumed = false;
      channel.dispatchEvent(new Event(UNWATCHES));
    }
  }

  /** Repeats a click, through the app's handlers. */
  function clickAgain(element: Element, before: MouseEvent): void {
    const { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey } = before;
    const how = { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey, cancelable: true };
    const outer = repeated;
    repeated = element;
    try {
      if (!channel.dispatchEvent(new MouseEvent(CLICKS, { ...how, relatedTarget: element }))) return;
      element.dispatchEvent(new MouseEvent("click", before));
    } finally {
      repeated = outer;
    }
  }

  function submitted(event: Event): void {
    // A submit event that a script makes sends nothing.
    if (!event.isTrusted || !isSubmitEvent(event)) return;
    const form = event.target as HTMLFormElement;
    const state = begin(event, new Set([rootOf(form), document]), (now) => judgeSubmit(event, form, now));
    judgeSubmit(event, form, state);
  }

  /** The address that a form is about to be sent to. */
  function sends(form: HTMLFormElement, submitter: Element | null): string {
    const { address, fields } = sentBy(form, submitter);
    if (fields) {
      sending.set(form, fields);
      setTimeout(() => sending.delete(form));
    }
    return address;
  }

  function collected(event: Event): void {
    const fields = sending.get(event.target!);
    if (fields && event instanceof FormDataEvent) settle(event, fields);
  }

  function judgeSubmit(event: SubmitEvent, form: HTMLFormElement, state: Live): void {
    const address = sends(form, event.submitter);
    const target = mayDial(address);
    state.beside = besideOf(form, event.submitter);
    if (!target || isKnown(target, state)) return;
    const { isLent, stage } = state;
    if (state.target) gate.happened(state.target, stage);
    state.target = target;
    const perform = (instead?: string): boolean => {
      if (!isLent && instead === undefined && isInPage(form))
        try {
          watched(() => HTMLFormElement.prototype.requestSubmit.call(form, event.submitter));
          return true;
        } catch {
          // What was clicked does not send it any more.
        }
      return dial({ target, address }, instead);
    };
    const element = event.submitter ?? form;
    if (gate.stops({ target, element, stage, perform, isOwn: owns(state), lend: state.lend })) stop(event);
  }

  /** Notes what a person acts on. Enter in a field sends its form, without a click where it has no button. */
  function pressed(event: Event): void {
    if (!event.isTrusted) return;
    const path = event.composedPath();
    for (const at of path) if (at instanceof ShadowRoot) listen(at);
    const [innermost = null] = path.filter(isElement);
    const { type, clientX: x, clientY: y } = event as MouseEvent;
    const inside = innermost && shadowOf(innermost);
    if (inside) listen(inside);
    // The roots that it passes hear it one after the other, and the last knows best.
    if (type === "gotpointercapture") captor = innermost;
    else if (type === "lostpointercapture") captor = null;
    else if (captor || !innermost) pressedOn = captor;
    else {
      const at = deepest(innermost, (root) => {
        listen(root);
        return isMouseEvent(event) ? root.elementFromPoint(x, y) : root.activeElement;
      });
      if (type === "pointerdown") downOn = at;
      const down = type === "pointerup" && downOn ? pathOf(downOn) : [at];
      pressedOn = pathOf(at).find((one) => down.includes(one)) ?? null;
    }
  }

  /** Adding the same listener twice has no effect. */
  function listen(root: EventTarget): void {
    const first = { signal, capture: true };
    for (const type of ["click", "auxclick"]) root.addEventListener(type, clicked, first);
    root.addEventListener("submit", submitted, first);
    root.addEventListener("formdata", collected, first);
    for (const type of ["keydown", "pointerdown", "pointerup", "gotpointercapture", "lostpointercapture"])
      root.addEventListener(type, pressed, { ...first, passive: true });
  }

  return { listen, looks, ended, cancelled, sends };
}
