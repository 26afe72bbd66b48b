/** Opens and closes the card, by hovering over an icon or by keyboard. Loads the card's script when first needed. */
import { ask } from "../../messages.ts";
import type { BadgeLayer } from "../badge/layer.ts";
import { type Badge, isOutdated, keyOf, listed } from "../badge/layout.ts";
import type { Card, CardProps } from "./handle.ts";
import { cardHandle } from "./handle.ts";
import type { Host } from "../host.ts";
import type { Mark } from "../find/mark.ts";
import type { Scrolling } from "../find/scrolling.ts";
import { isElement } from "../find/roots.ts";
import { holds } from "../find/tree.ts";
import { isInBox } from "../badge/box.ts";

const OPEN_MS = 150;
/** A pointer that rests on the number itself may only be passing. */
const READ_MS = 400;
const CLOSE_MS = 350;
/** The card stays open this far around icon and card, in pixels: hands do not move in a straight line between them. */
const BRIDGE = 14;

export interface PanelDeps {
  host: Host;
  layer: BadgeLayer;
  scrolling: Scrolling;
  /** What the card shows of a mark, and what its buttons do. */
  propsOf: (mark: Mark) => CardProps | null;
  signal: AbortSignal;
}

/** What a card is of: a number, or a block or field with several. */
type Key = ReturnType<typeof keyOf>;

export function openPanel({ host, layer, scrolling, propsOf, signal }: PanelDeps) {
  let shown: { badge: Badge; byKeyboard: boolean; focusBefore: Element | null } | null = null;
  let card: Card | null = null;
  let waiting: { what: Key | "close"; timer: ReturnType<typeof setTimeout> } | null = null;
  let walked: Mark | null = null;

  async function load(): Promise<Card | null> {
    if (!card) {
      if (!cardHandle.get()) await ask("page.card", {}).catch(() => null);
      card = cardHandle.get()?.(host.root) ?? null;
    }
    return card;
  }

  async function show(key: Key, byKeyboard: boolean): Promise<void> {
    const loaded = await load();
    const badges = layer.badges();
    // The icon may have gone or moved meanwhile.
    const badge = badges.find((b) => keyOf(b) === key) ?? badges.find((b) => b.mark === key);
    if (!loaded || !badge || signal.aborted) return;
    const focusBefore = shown?.focusBefore ?? document.activeElement;
    if (tell(loaded, badge, byKeyboard)) shown = { badge, byKeyboard, focusBefore };
  }

  /** Tells the card what to show; false where nothing is known of the number any more. */
  function tell(to: Card, { mark, of, all, box }: Badge, focus: boolean): boolean {
    const props = propsOf(mark);
    if (!props) return false;
    const list = of && listed(all.filter((one) => !isOutdated(one))).flatMap((one) => propsOf(one) ?? []);
    to.show({ ...props, list, at: box, focus, close });
    return true;
  }

  function close(): void {
    stay();
    if (!shown) return;
    const { byKeyboard, focusBefore } = shown;
    shown = null;
    card?.hide();
    layer.pointAt([]);
    if (byKeyboard && focusBefore instanceof HTMLElement) focusBefore.focus();
  }

  /** Schedules the one next thing: a card opens, or the card closes. */
  function soon(what: Key | "close", ms: number, run: () => void): void {
    if (waiting?.what === what) return;
    stay();
    const timer = setTimeout(() => {
      waiting = null;
      run();
    }, ms);
    waiting = { what, timer };
  }
  function stay(): void {
    clearTimeout(waiting?.timer);
    waiting = null;
  }

  function left(): void {
    if (waiting && waiting.what !== "close") stay();
    // A card with an open form stays.
    const leaves = () => shown && !shown.byKeyboard && !card?.busy();
    if (leaves()) soon("close", CLOSE_MS, () => leaves() && close());
  }

  addEventListener(
    "pointermove",
    ({ clientX: x, clientY: y, buttons }) => {
      if (!layer.any() && !shown) return;
      const open = shown && card?.box();
      if (open && isInBox(x, y, open, 0)) {
        stay();
        return card?.reach(x, y);
      }
      if (!shown) layer.pointedAt(x, y);
      const badge = buttons === 0 && !card?.busy() ? layer.badgeAt(x, y) : undefined;
      // Another number comes before the way from icon to card.
      const key = badge && keyOf(badge);
      if (key && key !== (shown && keyOf(shown.badge)))
        soon(key, isInBox(x, y, badge.box, 2) ? OPEN_MS : READ_MS, () => void show(key, false));
      else if (badge || [open, shown?.badge.box].some((box) => box && isInBox(x, y, box, BRIDGE))) stay();
      else left();
    },
    { signal, capture: true, passive: true },
  );
  addEventListener("pointerdown", () => !shown && stay(), { signal, capture: true, passive: true });
  // Out of the window. Of each element that it leaves a scrolled page would tell at each frame.
  document.addEventListener("pointerleave", left, { signal });
  scrolling.follow({
    scrolled(scroller) {
      const what = shown ? keyOf(shown.badge) : waiting?.what;
      if (!what || what === "close") return;
      if (!isElement(scroller) || holds(scroller, isElement(what) ? what : what.element)) close();
    },
  });
  addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && shown) {
        event.stopPropagation();
        event.preventDefault();
        close();
      } else if (event.altKey && event.shiftKey && event.code === "KeyC") {
        const marks = layer.walk();
        const next = marks[(marks.findIndex((mark) => mark === walked) + 1) % marks.length];
        if (!next) return;
        event.preventDefault();
        walked = next;
        layer.pointAt([next]);
        void show(next, true);
      }
    },
    { signal, capture: true },
  );
  signal.addEventListener("abort", () => {
    close();
    card?.remove();
  });

  return {
    isOpen: () => shown !== null,
    dropped(mark: Mark): void {
      if (shown?.badge.all.includes(mark) && !card?.busy()) close();
    },
    /** The shown number was decided again. */
    refresh(): void {
      if (shown && card) tell(card, shown.badge, false);
    },
  };
}
