/**
 * Sees every dial that a page begins, and stops it until it is judged. Runs in the isolated world of each frame at
 * document_start, before any script of the page, so that its listeners come first. Dials that they cannot see,
 * main-world/ reports from the page's own world. Until the overlay connects a judge, dials are held; and so they are once
 * the extension is gone, until the page is loaded again.
 *
 * Some dials no script can hold, as Chromium reports them to none; test/e2e/guard/escapes.ts lists each, with the test
 * that shows it.
 */
import { mayDial } from "../../../shared/dials/address.ts";
import { launchInPage } from "../../../shared/dials/softphone.ts";
import { dialAddressOf } from "../../../shared/dials/write.ts";
import { channel, outermostFrame } from "../channel.ts";
import { GIVES, HELLO, JOINED, SUCCEEDS, WIRES } from "../main-world-events.ts";
import { openEvents } from "./events.ts";
import { type Found, rulesFor } from "./find-dial.ts";
import { openGate } from "./gate.ts";
import { type Guard, guardHandle, isLate, joinsFirst, sharedPasses, stopsInFrame } from "./handle.ts";
import { hasExtension } from "../has-extension.ts";
import { type NavigateEvent, navigation } from "./navigation.ts";
import { sayReload } from "./notice.ts";
import { openCallGate } from "../protocols/gate.ts";
import { openOffers } from "../protocols/offers.ts";
import { openSockets } from "../protocols/sockets.ts";
import { openWindow } from "../protocols/windows.ts";
import { hearReports } from "./reports.ts";

function start(): Guard {
  const control = new AbortController();
  const { signal } = control;
  const shared = channel();
  const outermost = outermostFrame();
  const isOutermost = outermost === window;
  /** The same in every frame. */
  const now = () => performance.timeOrigin + performance.now();
  /** The page was open before us, and gave our script in its world a channel of its own: nothing tells us of its calls. */
  let isLost = false;
  const orphaned = () => sayReload(outermost, signal);
  const whole = { alive: () => !isLost && hasExtension(), orphaned, now };
  const gate = openGate({ ...whole, passes: sharedPasses() });
  const callGate = openCallGate(whole);
  const later = (run: () => void, ms: number) => void setTimeout(run, ms);
  const late = isLate();
  /** Chrome rendered it before it was asked for: what the background tells may miss it, also once it is shown. */
  const isPrerendered = (document as Document & { prerendering?: boolean }).prerendering;
  const carriers = { ...callGate, isLate: late, now, later, signal };
  const ownWindow = openWindow(window, carriers);
  if (isOutermost) openSockets(shared, carriers);
  const offers = isOutermost ? openOffers(shared, { calls: callGate, now, later, signal }) : null;

  /** The softphone of the browser's gate, while it works here; null where clicks go to the gate itself. */
  let way: { before: string; told: (address: string) => void } | null = null;
  /** The link by which it is being started: no listener of the page's hears of that. */
  let own: Element | null = null;

  /** A Picture-in-Picture window goes nowhere. */
  const isPictured = () => matchMedia("(display-mode:picture-in-picture)").matches;

  /** Dials by clicking a link outside the page, which only the navigate event reports. */
  function dial({ target, address }: Pick<Found, "target" | "address">, instead?: string): false {
    follow(instead === undefined ? address! : dialAddressOf(instead, target.medium, address));
    return false;
  }

  function follow(address: string, isOwn = false): void {
    // An element named `createElement` hides the document's own.
    const link = Document.prototype.createElement.call(document, "a") as HTMLAnchorElement;
    link.href = address;
    // A chat is a page of its own and must not replace this one.
    if (/^https?:/.test(link.href) || isPictured()) link.target = "_blank";
    if (isOwn) {
      // A `base` of the page's may name another window.
      link.target = "_self";
      own = link;
    }
    link.click();
    own = null;
  }

  /** The last to hear what a person's click opens here: a clear call goes to the softphone without the gate's detour. */
  function launches(event: Event): void {
    const { destination, sourceElement, userInitiated } = event as NavigateEvent;
    const isPlain =
      userInitiated && sourceElement instanceof HTMLAnchorElement && !sourceElement.hasAttribute("download");
    if (!way || !isPlain || !event.isTrusted || event.defaultPrevented) return;
    const address = launchInPage(way.before, destination.url);
    if (!address) return;
    event.preventDefault();
    follow(address, true);
    way.told(destination.url);
  }
  /**
   * Behind whatever listeners the page has by now. A click that it ends gets here by what was clicked inside the link, if
   * anything was; else it takes the detour.
   */
  function opens(): void {
    if (!way) return;
    navigation.removeEventListener("navigate", launches);
    navigation.addEventListener("navigate", launches, { signal });
    setTimeout(() => navigation.removeEventListener("navigate", launches));
  }

  const { listen, looks, ended, cancelled, sends } = openEvents({
    ...{ gate, dial, opens, signal, channel: shared },
    rules: rulesFor(location.hostname),
  });
  const fresh = (event: Event) => event.isTrusted && gate.forget();

  /** Called again after `document.open`, which removes listeners; adding the same listener twice has no effect. */
  function listenHere(): void {
    listen(window);
    ownWindow.listen();
    for (const type of ["pointerdown", "keydown"])
      addEventListener(type, fresh, { signal, capture: true, passive: true });
  }
  listenHere();
  const reopened = new MutationObserver(listenHere);
  reopened.observe(document, { childList: true });
  signal.addEventListener("abort", () => reopened.disconnect());

  navigation.addEventListener(
    "navigate",
    (event: Event) => {
      if (!event.isTrusted) return;
      const { destination, navigationType, sourceElement } = event as NavigateEvent;
      const address = destination.url;
      if (own && sourceElement === own) {
        event.stopImmediatePropagation();
        return;
      }
      const target = mayDial(address);
      if (!target || !event.cancelable || navigationType === "traverse") return;
      const perform = (instead?: string) => dial({ target, address }, instead);
      if (!gate.stops({ target, element: sourceElement ?? null, stage: "goes", perform })) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { signal },
  );

  hearReports({
    ...{ gate, dial, listen, looks, ended, cancelled, sends, signal },
    channel: shared,
    answers: isOutermost,
    reopened: listenHere,
  });

  /** Has the natives of this frame wrapped, by our script in the page's world of the outermost frame. */
  const wire = () => void shared.dispatchEvent(new MouseEvent(WIRES, { relatedTarget: window }));
  if (isOutermost && !late)
    document.addEventListener(
      HELLO,
      (event) => {
        const asker = (event as MouseEvent).relatedTarget;
        if (!asker || !joinsFirst()) return;
        asker.dispatchEvent(new MouseEvent(GIVES, { relatedTarget: shared }));
        shared.dispatchEvent(new Event(JOINED));
      },
      { signal },
    );
  let gone = () => {};
  if (!isOutermost) {
    stopsInFrame(() => {
      control.abort("gone");
      gone();
    });
    wire();
    shared.addEventListener(JOINED, wire, { signal });
  }

  /** Known to the background and to this world: who says it is our successor. */
  let token: string | null = null;
  navigation.addEventListener(
    SUCCEEDS,
    (event: Event) => {
      const before: unknown = (event as CustomEvent<unknown>).detail;
      if (token !== null && Array.isArray(before) && before.includes(token)) control.abort();
    },
    { signal },
  );

  return {
    alive: () => !signal.aborted && hasExtension(),
    stop: () => control.abort(),
    gone: (stop) => void (gone = stop),
    connect(judge, until): void {
      gate.connect(judge);
      // A site that was turned off may be turned on again. Without the extension nothing is known, and all is held.
      until.addEventListener("abort", () => {
        way = null;
        if (hasExtension()) gate.off();
      });
    },
    launches(before, told): void {
      // Listeners of a page that was open before us would hear of our link before we do.
      const follows = !late && !isPrerendered && window === top && !isPictured();
      way = before !== null && follows ? { before, told } : null;
    },
    calls(judge, off, until): void {
      callGate.connect(judge, off);
      until.addEventListener("abort", () => hasExtension() && callGate.off());
    },
    offers: (tell, until) => offers?.connect(tell, until),
    meets(name): void {
      if (!isOutermost || !joinsFirst()) return;
      isLost = document.dispatchEvent(new MouseEvent(name, { relatedTarget: shared, cancelable: true }));
      if (isLost) orphaned();
      else shared.dispatchEvent(new Event(JOINED));
    },
    succeed({ own, before }): void {
      token = own;
      // The scripts before us go on holding everything: theirs in the page's world is older than the page.
      if (isLost) return;
      navigation.dispatchEvent(new CustomEvent(SUCCEEDS, { detail: before }));
    },
  };
}

if (!guardHandle.get()?.alive()) {
  guardHandle.get()?.stop();
  guardHandle.set(start());
}
