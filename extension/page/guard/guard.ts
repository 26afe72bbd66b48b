/**
 * Sees every dial that a page begins, and stops it until it is judged. Runs in the isolated world of each frame at
 * document_start, before any script of the page, so that its listeners come first. Dials that they cannot see,
 * main-world-dials.ts reports from the page's own world. Until the overlay connects a judge, dials are held.
 *
 * Some dials no script can hold, as Chromium reports them to none; test/e2e/guard/escapes.ts lists each, with the test
 * that shows it: `location` set on a window that never loaded anything or is of another origin, or in a document without
 * an origin; a frame in the page's HTML, and a refresh, in a document without an origin; a server's redirect to a number.
 */
import { type DialTarget, dialAddressOf, mayDial } from "../../../shared/dials/address.ts";
import { CLICKS, DIALS, REOPENED } from "../main-world-events.ts";
import type { Judge } from "./pending-dial.ts";
import { actionOf, addressOf, findDial, rulesFor } from "./find-dial.ts";
import { openGate } from "./gate.ts";
import { guardHandle, sharedPasses } from "./handle.ts";
import { hasExtension } from "../has-extension.ts";
import { type NavigateEvent, navigation } from "./navigation.ts";
import { shadowOf } from "../find/tree.ts";

function start() {
  const control = new AbortController();
  const { signal } = control;
  const gate = openGate({
    alive: hasExtension,
    now: () => performance.timeOrigin + performance.now(),
    passes: sharedPasses(),
  });
  const rules = rulesFor(location.hostname);

  function stop(event: Event): void {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** Dials by clicking a link outside the page, which only the navigate event reports. */
  function dial(target: DialTarget, address: string, instead?: string): void {
    const link = document.createElement("a");
    link.href = instead === undefined ? address : dialAddressOf(instead, target.medium);
    // A chat is a page of its own and must not replace this one.
    if (link.protocol === "https:" || link.protocol === "http:") link.target = "_blank";
    link.click();
  }

  function clicked(event: Event): void {
    if (!(event instanceof MouseEvent) || (event.type === "auxclick" && event.button !== 1)) return;
    const path = event.composedPath().filter((at) => at instanceof Element);
    const [innermost] = path;
    // What was clicked in a closed root can only be seen inside it: listen there, before the event arrives.
    const root = innermost && !innermost.shadowRoot ? shadowOf(innermost) : null;
    root?.addEventListener(event.type, clicked, { signal, capture: true, once: true });

    const found = findDial(path, rules);
    if (!found) return watchForLate(event, path);
    const { target, element, address } = found;
    const perform = (instead?: string) => {
      // A scripted middle click opens nothing.
      const repeats = instead === undefined && element.isConnected && event.type === "click";
      // On the innermost element that was clicked: the app may check its target.
      if (repeats) clickAgain(path.find((at) => at.isConnected) ?? element, event);
      else if (address !== null || instead !== undefined) dial(target, address ?? "", instead);
    };
    if (gate.stops({ target, element, stage: "begin", perform })) stop(event);
  }

  /** The app's own handlers may set a link's number only now: look again after them. */
  function watchForLate(event: MouseEvent, path: Element[]): void {
    const link = path.find((at) => addressOf(at) !== null);
    if (!link) return;
    const late = (now: Event) => {
      if (now !== event || event.defaultPrevented) return;
      const address = addressOf(link);
      const target = address === null ? null : mayDial(address);
      if (!target) return;
      const perform = (instead?: string) => dial(target, address!, instead);
      if (gate.stops({ target, element: link, stage: "begin", perform })) stop(event);
    };
    for (const at of [link, window]) at.addEventListener(event.type, late, { signal, once: true });
  }

  function submitted(event: Event): void {
    const form = event.target;
    if (!(event instanceof SubmitEvent) || !(form instanceof HTMLFormElement)) return;
    const address = actionOf(form, event.submitter);
    const target = mayDial(address);
    if (!target) return;
    const perform = (instead?: string) => {
      if (instead === undefined && form.isConnected) form.requestSubmit(event.submitter);
      else dial(target, address, instead);
    };
    if (gate.stops({ target, element: event.submitter ?? form, stage: "begin", perform })) stop(event);
  }

  const fresh = (event: Event) => event.isTrusted && gate.forget();

  /** Called again after `document.open`, which removes listeners; adding the same listener twice has no effect. */
  function listen(): void {
    const first = { signal, capture: true };
    for (const type of ["click", "auxclick"]) addEventListener(type, clicked, first);
    addEventListener("submit", submitted, first);
    for (const type of ["pointerdown", "keydown"]) addEventListener(type, fresh, { ...first, passive: true });
  }
  listen();
  const reopened = new MutationObserver(listen);
  reopened.observe(document, { childList: true });
  signal.addEventListener("abort", () => reopened.disconnect());

  navigation.addEventListener(
    "navigate",
    (event: Event) => {
      const { destination, navigationType, sourceElement } = event as NavigateEvent;
      const address = destination.url;
      const target = mayDial(address);
      if (!target || !event.cancelable || navigationType === "traverse") return;
      const perform = (instead?: string) => dial(target, address, instead);
      if (gate.stops({ target, element: sourceElement ?? null, stage: "end", perform })) stop(event);
    },
    { signal },
  );
  navigation.addEventListener(
    DIALS,
    (event: Event) => {
      const address: unknown = event instanceof CustomEvent ? event.detail : null;
      const target = typeof address === "string" ? mayDial(address) : null;
      if (!target) return;
      const perform = (instead?: string) => dial(target, String(address), instead);
      // Some of these dials reach the navigate event too, some do not: so this is their beginning.
      if (gate.stops({ target, element: null, stage: "begin", perform })) stop(event);
    },
    { signal },
  );
  navigation.addEventListener(REOPENED, listen, { signal });

  return {
    alive: () => !signal.aborted && hasExtension(),
    stop: () => control.abort(),
    connect(judge: Judge, until: AbortSignal): void {
      gate.connect(judge);
      // A site that was turned off may be turned on again. Once the extension is gone, remove everything.
      until.addEventListener("abort", () => (hasExtension() ? gate.off() : control.abort()));
    },
  };
}

/** Repeats a click, through the app's handlers. */
function clickAgain(element: Element, before: MouseEvent): void {
  const { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey } = before;
  const how = { button, detail, clientX, clientY, ctrlKey, shiftKey, altKey, metaKey, cancelable: true };
  // In no shadow root, so that the main world can be told which element it is.
  const inPage = element.getRootNode() === document;
  const asked = new MouseEvent(CLICKS, { ...how, relatedTarget: inPage ? element : null });
  if (inPage && !navigation.dispatchEvent(asked)) return;
  element.dispatchEvent(new MouseEvent("click", { ...how, bubbles: true, composed: true, view: window }));
}

if (!guardHandle.get()?.alive()) {
  guardHandle.get()?.stop();
  guardHandle.set(start());
}
