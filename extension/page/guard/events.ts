/**
 * What a click or a submit dials. It is judged before the app's handlers, as it will open then, and again whenever a
 * handler may have changed that: where a link leads is read by the browser after the last of them.
 */
import { type DialTarget, mayDial } from "../../../shared/dials/address.ts";
import { pathOf } from "./closed.ts";
import { findDial, type Found, isEdited, isSame, showsFirst } from "./find-dial.ts";
import { besideOf, opensHere, sentBy, type Sent, settle } from "./forms.ts";
import type { openGate } from "./gate.ts";
import { ends, isKnown, isOpen, isSubmitEvent, type Live, owns, tellAll, yields } from "./live.ts";
import { isMouseEvent, openPresses } from "./presses.ts";
import { openRepeats } from "./repeats.ts";
import type { SiteRule } from "./site-rules.ts";
import { formOf } from "../find/leads.ts";
import { isElement, rootOf, shadowOf } from "../find/roots.ts";
import { isInPage } from "../find/tree.ts";

export interface EventsDeps {
  gate: Pick<ReturnType<typeof openGate>, "stops" | "happened" | "isOn">;
  rules: readonly SiteRule[];
  channel: EventTarget;
  /** Dials by ourselves: no handler of the app's does. */
  dial: (found: Pick<Found, "target" | "address">, instead?: string) => false;
  /** No listener of the window hears of a person's event any more, and it may open something. */
  opens: () => void;
  signal: AbortSignal;
}

const ALL = { subtree: true, childList: true, attributes: true };

export function openEvents({ gate, rules, channel, dial, opens, signal }: EventsDeps) {
  const live = new Set<Live>();
  const liveBy = (event: Event) => [...live].find((state) => state.event === event);
  /** What forms have in them that are being sent. */
  const sending = new Map<EventTarget, NonNullable<Sent["fields"]>>();
  const presses = openPresses(listen);
  const repeats = openRepeats(channel);
  /** In place of the events of scripts' clicks that are not heard here. */
  const unheard = new WeakMap<Element, Event>();

  /** Begins to look after an event, or goes on: listeners in several roots hear the same one. */
  function begin(event: Event, roots: ReadonlySet<Node>, look: (state: Live) => void): Live {
    const isResumed = repeats.isNext();
    const begun = liveBy(event);
    const state: Live = begun ?? {
      ...{ event, target: null, dials: true, path: [], over: [], look() {}, beside: () => false },
      at: event.currentTarget,
      isLive: () => live.has(state),
      lends: isResumed || undefined,
      // What does not bubble has no last look.
      lend: () => (state.lends ??= event.bubbles),
      stage: isResumed ? "resumed" : isSubmitEvent(event) ? "submit" : "click",
      // A person's event leaves time for microtasks after each of its listeners, the last included.
      observer: event.isTrusted ? new MutationObserver(looks) : null,
    };
    state.look = () => look(state);
    for (const root of roots) state.observer?.observe(root, ALL);
    if (begun) return state;
    repeats.begun();
    lastLook(event, state);
    setTimeout(() => {
      state.observer?.disconnect();
      over(state);
    });
    return state;
  }

  /** Looks once the handlers of an event have run, or those of its form. */
  function lastLook(event: Event, state: Live): void {
    live.add(state);
    const { isTrusted } = event;
    const last = (now: Event) => {
      // A script that dispatches a person's event once more makes it its own.
      if (now !== event || !live.has(state) || event.isTrusted !== isTrusted) return;
      if (!isOpen(event)) return tellAll(state, true);
      if (!isSubmitEvent(event) || event.currentTarget !== event.target) {
        state.lends = false;
        tellAll(state, false);
      }
      state.look();
      if (event.isTrusted && event.currentTarget === window) opens();
    };
    // A form's handlers may fill in fields, which nothing tells of, and end the event there.
    const lasts = [isSubmitEvent(event) && event.target, event.currentTarget].filter((at) => !!at);
    const each = (does: "addEventListener" | "removeEventListener") =>
      lasts.forEach((at) => EventTarget.prototype[does].call(at, event.type, last));
    each("addEventListener");
    setTimeout(() => {
      each("removeEventListener");
      live.delete(state);
    });
  }

  /** The browser has acted on it, or the page has cancelled it. */
  function over(state: Live): void {
    live.delete(state);
    tellAll(state, false);
    if (state.target && state.dials && !state.event.defaultPrevented) spent(state, state.target);
    state.target = null;
  }

  /** What an event opened of itself has happened, unless the browser is still on its way. */
  function spent({ event, stage }: Live, target: DialTarget): void {
    if (!isSubmitEvent(event) || !opensHere(event.target as HTMLFormElement, event.submitter))
      gate.happened(target, stage);
  }

  /** A handler may have changed what the events that are under way will open. */
  function looks(): void {
    for (const state of live) {
      ends(state);
      if (isOpen(state.event)) state.look();
    }
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
    const before = liveBy(event);
    // A page may dispatch one event twice, and the browser follows it each time, unless it is cancelled by then.
    if (before?.at === event.currentTarget)
      if (event.defaultPrevented) tellAll(before, false);
      else over(before);
    const state = begin(event, roots, (now) => judgeClick(event, path, now));
    judgeClick(event, path, state);
    if (event.isTrusted) setTimeout(presses.end);
  }

  /**
   * Once a click's handlers have run, Chromium tells of it again, at what was clicked in a link or a button, and opens the
   * link after that, unless this is cancelled: the click goes on in it.
   */
  function activated(event: Event): void {
    if (!event.isTrusted) return;
    const innermost = event.composedPath()[0] as Element;
    // A script's click on a link within has none of its own: nothing tells whose it is.
    for (const state of [...live]) {
      const { look, event: click, path: passed } = state;
      const isOver = click.type === "click" && click.eventPhase === Event.NONE && !click.defaultPrevented;
      if (!isOver || !passed.includes(innermost)) continue;
      state.event = event;
      state.look = () => {
        look();
        const path = wholePath(state.path, click, state);
        if (!gate.isOn() || event.defaultPrevented || !(showsFirst(path) || showsFirst(state.path))) return;
        // Nobody could look at what is changed by what it shows.
        event.preventDefault();
        const found = findDial(path, rules);
        if (found?.address) dial(found);
      };
      lastLook(event, state);
      // What its last handler moved by an animation, or once it had ended the click.
      if (isOpen(event)) state.look();
    }
  }

  /** The path of an event that was ended, so that closed roots will not hear it. Where it began in one, that was noted. */
  function wholePath([innermost]: readonly Element[], by: Event, { observer }: Live): readonly Element[] {
    const noted = pathOf(by.isTrusted ? presses.on() : repeats.on());
    if (!noted.includes(innermost!)) return pathOf(innermost);
    for (const at of new Set(noted.map(rootOf))) observer?.observe(at, ALL);
    return noted;
  }

  function judgeClick(event: MouseEvent, path: readonly Element[], state: Live): void {
    state.path = path;
    // A handler may have taken what was clicked out of the page since.
    const isWhole = event.cancelBubble || event !== state.event;
    const found = (isWhole ? findDial(wholePath(path, event, state), rules) : null) ?? findDial(path, rules);
    if (!found) return;
    if (isEdited(found)) {
      // It may stop being edited, of which nothing tells. Until its last look the page sees it as it is.
      if (gate.isOn() && (state.lends === false || event.cancelBubble)) state.event.preventDefault();
      return;
    }
    const { target, element, address } = found;
    const isKeyed = event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0;
    state.beside = formOf(element) ? () => false : isKeyed ? () => true : besideOf(element, null);
    if (isKnown(target, state)) return yields(state);
    const isHeard = path.includes(element);
    // Its own app, which alone could dial, does not hear it, either.
    if (!isHeard && address === null) return;
    // What it was judged by before does not open any more.
    const { lent, stage } = state;
    if (state.target) gate.happened(state.target, stage);
    state.target = target;
    state.dials = address !== null;
    const perform = (instead?: string): boolean => {
      // On the innermost element that was clicked: the app may check its target.
      const on = path.find(isInPage) ?? element;
      let now: Found | null = found;
      // What a handler dialled in its place it would dial again.
      if (!lent && instead === undefined && isHeard && isInPage(element))
        repeats.watched(() => {
          // A scripted middle click opens nothing, and its handlers may change what a person's would.
          const isOn = event.type !== "click" && on.dispatchEvent(new MouseEvent("auxclick", event));
          if (event.type === "click") repeats.click(on, event);
          now = isOn ? findDial(path, rules) : null;
        });
      if (!now) return true;
      const goes = now;
      if (!isSame(goes.target, target)) {
        const again = { target: goes.target, element: goes.element, stage: "click", ours: true } as const;
        gate.stops({ ...again, perform: (other) => dial(goes, other) });
        return false;
      }
      return (goes.address === null && instead === undefined) || dial(goes, instead);
    };
    if (gate.stops({ target, element, stage, perform, ...owns(state), lend: state.lend })) stop(state.event);
  }

  /** A script's click on a node was ended. True where we hold what it would open: its event may never be heard here. */
  function ended(node: Element): boolean {
    const now = pathOf(node).filter(isElement);
    const isOfNode = ({ event, path: [innermost] }: Live) =>
      innermost && now.includes(innermost) && !event.isTrusted && event.eventPhase !== Event.NONE;
    const heard = [...live].findLast(isOfNode);
    const path = [...new Set([...now, ...(heard?.path ?? [])])];
    let event = heard?.event ?? unheard.get(node);
    if (!event || !liveBy(event)) unheard.set(node, (event = new MouseEvent("click", { cancelable: true })));
    const state = begin(event, new Set(), (now) => judgeClick(event as MouseEvent, path, now));
    const was = event.defaultPrevented;
    state.look();
    return event.defaultPrevented && (!was || !heard);
  }

  /** Nothing opens by a click that was ended, as the page has cancelled it. */
  const cancelled = (node: Element): void => unheard.get(node)?.preventDefault();

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
    if (!target) return;
    if (isKnown(target, state)) return yields(state);
    const { lent, stage } = state;
    if (state.target) gate.happened(state.target, stage);
    state.target = target;
    const perform = (instead?: string): boolean => {
      if (!lent && instead === undefined && isInPage(form))
        try {
          repeats.watched(() => HTMLFormElement.prototype.requestSubmit.call(form, event.submitter));
          return true;
        } catch {
          // What was clicked does not send it any more.
        }
      return dial({ target, address }, instead);
    };
    const element = event.submitter ?? form;
    if (gate.stops({ target, element, stage, perform, ...owns(state), lend: state.lend })) stop(event);
  }

  /** Adding the same listener twice has no effect. */
  function listen(root: EventTarget): void {
    const first = { signal, capture: true };
    for (const type of ["click", "auxclick"]) root.addEventListener(type, clicked, first);
    root.addEventListener("DOMActivate", activated, first);
    root.addEventListener("submit", submitted, first);
    root.addEventListener("formdata", collected, first);
    for (const type of ["keydown", "pointerdown", "pointerup", "gotpointercapture", "lostpointercapture"])
      root.addEventListener(type, presses.hear, { ...first, passive: true });
  }

  return { listen, looks, ended, cancelled, sends };
}
