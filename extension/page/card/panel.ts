/** Opens and closes the card, by hovering over an icon or by keyboard. Loads the card's script when first needed. */
import { ask } from "../../messages.ts";
import type { BadgeLayer } from "../badge/layer.ts";
import type { Badge } from "../badge/layout.ts";
import type { Card, CardProps } from "./handle.ts";
import { cardHandle } from "./handle.ts";
import type { Host } from "../host.ts";
import type { Mark } from "../find/mark.ts";
import type { Scrolling } from "../find/scrolling.ts";
import { holds, isElement } from "../find/tree.ts";
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

export function openPanel({ host, layer, scrolling, propsOf, signal }: PanelDeps) {
  let shown: { badge: Badge; byKeyboard: boolean; focusBefore: Element | null } | null = null;
  let card: Card | null = null;
  let waiting: { what: Mark | "close"; timer: ReturnType<typeof setTimeout> } | null = null;
  let walked: Mark | null = null;

  async function load(): Promise<Card | null> {
    if (!card) {
      if (!cardHandle.get()) await ask("page.card", {}).catch(() => null);
      card = cardHandle.get()?.(host.root) ?? null;
    }
    return card;
  }

  async function show(mark: Mark, byKeyboard: boolean): Promise<void> {
    const loaded = await load();
    // The icon may have gone or moved meanwhile.
    const badge = layer.badges().find((b) => b.mark === mark);
    const props = propsOf(mark);
    if (!loaded || !badge || !props || signal.aborted) return;
    const focusBefore = shown?.focusBefore ?? document.activeElement;
    shown = { badge, byKeyboard, focusBefore };
    loaded.show({ ...props, at: badge.box, focus: byKeyboard, close });
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

  /** Schedules the one next thing: a mark's card opens, or the card closes. */
  function soon(what: Mark | "close", ms: number, run: () => void): void {
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
      if (badge && badge.mark !== shown?.badge.mark)
        soon(badge.mark, isInBox(x, y, badge.box, 2) ? OPEN_MS : READ_MS, () => void show(badge.mark, false));
      else if (badge || [open, shown?.badge.box].some((box) => box && isInBox(x, y, box, BRIDGE))) stay();
      else left();
    },
    { signal, capture: true, passive: true },
  );
  addEventListener("pointerdown", () => !shown && stay(), { signal, capture: true, passive: true });
  // Out of the window.
  addEventListener("pointerout", ({ relatedTarget }) => relatedTarget === null && left(), {
    signal,
    capture: true,
    passive: true,
  });
  scrolling.follow({
    scrolled(scroller) {
      const mark = shown?.badge.mark ?? waiting?.what;
      if (!mark || mark === "close") return;
      if (!isElement(scroller) || holds(scroller, mark.element)) close();
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
      if (shown?.badge.mark === mark && !card?.busy()) close();
    },
    /** The shown number was decided again. */
    refresh(): void {
      const props = shown && propsOf(shown.badge.mark);
      if (shown && props) card?.show({ ...props, at: shown.badge.box, focus: false, close });
    },
  };
}
