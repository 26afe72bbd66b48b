/**
 * A panel beside the page, which stays in use: nothing lies over it, Tab leaves the panel, and the page scrolls. Escape closes the
 * panel, and the focus goes back to what opened it.
 */
import { CloseButton, Title } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { words } from "../parts/texts.ts";

export type PanelSize = "md" | "lg" | "xl";

interface PanelProps {
  title: string;
  size?: PanelSize | undefined;
  onClose: () => void;
  children: ReactNode;
}

/** The one that was opened last has the keys that no field has. */
const isOnTop = (panel: Element | null) => [...document.querySelectorAll(".desk-panel")].at(-1) === panel;

/** What opened it has the focus again, unless something else has it by then. */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () =>
      void setTimeout(() => {
        if (document.activeElement === document.body && opener instanceof HTMLElement && opener.isConnected)
          opener.focus({ preventScroll: true });
      }),
    [opener],
  );
}

export function Panel({ title, size = "md", onClose, children }: PanelProps) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  useFocusBack();
  useEffect(() => void (close.current = onClose));

  useEffect(() => {
    const own = panel.current!;
    const first = own.querySelector<HTMLElement>("[data-autofocus]") ?? own.querySelector("button");
    first?.focus({ preventScroll: true });
    // Before what is open inside, such as a list of choices, has closed itself.
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      const at = event.target as Element;
      const isOurs = own.contains(at) || (at === document.body && isOnTop(own));
      if (isOurs && at.getAttribute("data-mantine-stop-propagation") !== "true") close.current();
    };
    addEventListener("keydown", escape, { capture: true });
    return () => removeEventListener("keydown", escape, { capture: true });
  }, []);

  return createPortal(
    <section
      ref={panel}
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      className="desk-panel"
      data-size={size}
    >
      <div className="desk-panel-head">
        <Title order={2} id={id}>
          {title}
        </Title>
        <CloseButton aria-label={words.dialog.close} onClick={onClose} />
      </div>
      <div className="desk-panel-body">{children}</div>
    </section>,
    document.body,
  );
}
