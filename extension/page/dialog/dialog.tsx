/** The modal dialog of a held dial: it stays above the page and keeps the focus. view.tsx is its content. */
import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { type DialogProps, dialogHandle, type Modal } from "./handle.ts";
import { dialogStyle } from "./style.ts";
import { HeldDialView } from "./view.tsx";
import { openDialog } from "../card/element.ts";
import { cardStyle } from "../card/style.ts";
import { watchVisibility } from "./visibility.ts";

/** Attempts to get above something that keeps covering us. After these the dial stays held, and we stop fighting. */
const MOST_RAISES = 5;
const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select, textarea";

dialogHandle.set((root) => {
  const dialog = openDialog(root, "card ask", cardStyle + dialogStyle);
  dialog.role = "alertdialog";
  const react = createRoot(dialog);
  const visibility = watchVisibility(dialog);
  let shown: DialogProps | null = null;
  /** We opened it, and have not closed it for good. */
  let isUp = false;
  let times = 0;
  let raises = 0;
  visibility.subscribe(() => visibility.seen() && (raises = 0));

  const stop = () => shown?.answer({ kind: "stop" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stop();
  });
  // Chrome closes a modal by itself when Escape is pressed repeatedly, and tells in a later task. Open by then: it was closed only to be
  // raised.
  dialog.addEventListener("close", () => dialog.open || stop());
  dialog.addEventListener("keydown", (event) => {
    // The key that began the dial may still be pressed.
    if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
    if (event.key === "Tab") cycle(event);
  });

  // A frame's script can take the focus although the page is inert, and would then get the agent's keys.
  dialog.addEventListener("focusout", ({ target }) => {
    setTimeout(() => {
      const taken = shown !== null && dialog.open && root.activeElement === null;
      if (taken && target instanceof HTMLElement)
        (target.isConnected ? target : dialog.querySelector<HTMLElement>("button.stop"))?.focus();
    });
  });

  function cycle(event: KeyboardEvent): void {
    const all = [...dialog.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((e) => e.checkVisibility());
    const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (root.activeElement !== edge && root.activeElement !== dialog) return;
    event.preventDefault();
    other?.focus();
  }

  /** With the button that stops the dial; where it is out of sight at the beginning, with the verdict. */
  function begin(): void {
    const stop = dialog.querySelector<HTMLElement>("button.stop");
    dialog.scrollTop = 0;
    if (!stop) return;
    // Chrome focuses the first button, which explains.
    stop.focus({ preventScroll: true });
    if (stop.getBoundingClientRect().bottom > dialog.getBoundingClientRect().bottom)
      dialog.focus({ preventScroll: true });
  }

  /** Chrome has closed it, and its event will come: opened again before that, the agent's Escape would be lost. */
  const isClosed = () => isUp && !dialog.open;

  function open(): void {
    // Our element is out of the page for a moment: the next heartbeat puts it back.
    if (!dialog.isConnected) return;
    if (dialog.open) dialog.close();
    dialog.showModal();
    isUp = true;
    begin();
    visibility.look();
  }

  const modal: Modal = {
    show(asked) {
      const other = shown?.id !== asked.id;
      shown = asked;
      times++;
      flushSync(() =>
        react.render(
          <StrictMode>
            <HeldDialView key={asked.id} {...asked} times={times} visibility={visibility} />
          </StrictMode>,
        ),
      );
      dialog.setAttribute("aria-labelledby", "ask-title");
      dialog.setAttribute("aria-describedby", "ask-why");
      if (!dialog.matches(":modal") && (other || !isClosed())) open();
      if (!other) return;
      raises = 0;
      begin();
    },
    hide() {
      shown = null;
      isUp = false;
      if (dialog.open) dialog.close();
      flushSync(() => react.render(null));
    },
    raise() {
      if (!shown || isClosed()) return;
      const focused = root.activeElement;
      open();
      if (focused instanceof HTMLElement) focused.focus();
    },
    onTop() {
      visibility.look();
      if (!dialog.matches(":modal")) return false;
      const { left, top, width, height } = dialog.getBoundingClientRect();
      const hit = root.elementFromPoint(left + width / 2, top + Math.min(height / 2, innerHeight / 2));
      if (hit === null || !dialog.contains(hit)) return false;
      // An overlay that lets clicks through passes the hit test, but still covers us.
      return visibility.seen() || ++raises > MOST_RAISES;
    },
    remove() {
      shown = null;
      visibility.end();
      react.unmount();
      dialog.remove();
    },
  };
  return modal;
});
