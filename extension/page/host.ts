/**
 * Our one element in the page: a child of the document element, shown as a popover so that it is above everything, with
 * its content in a closed shadow root. It takes no pointer events, except in card and dialog.
 */
import { HOST } from "./find/tree.ts";

/**
 * What `all` resets is not said again. A page can read what is selected (Selection, document.execCommand), in closed roots
 * too; its window.find does not find generated content.
 */
const style = `
  :host {
    all: initial !important;
    position: fixed !important;
    inset: 0 !important;
    overflow: clip !important;
    color-scheme: light dark !important;
    pointer-events: none !important;
    display: block !important;
    direction: ltr !important;
  }
  * { user-select: none !important; }
  input, textarea { user-select: text !important; }
  .spoken li::before { content: attr(data-said); }
  canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
  .spoken { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; contain: strict; }
  @media print { :host { display: none !important; } }
`;

/** False for a picture's or a feed's document. By its name, as a root that came from a frame has that frame's prototypes. */
export const isPage = (): boolean =>
  document.documentElement?.namespaceURI === "http://www.w3.org/1999/xhtml";

export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
  canvas: HTMLCanvasElement;
  /** The badges as a list for screen readers. */
  spoken: HTMLUListElement;
  /** False where the page removed it, or moved it to where it is not shown. */
  isAttached: () => boolean;
  /** Puts it back where it belongs, above what the page opened since. */
  raise: () => void;
}

export function openHost(signal: AbortSignal): Host {
  const element = document.createElement(HOST);
  element.popover = "manual";
  const root = element.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const canvas = document.createElement("canvas");
  canvas.ariaHidden = "true";
  // Chrome makes a picture of what a canvas shows at each frame of the page, of nothing, too.
  canvas.hidden = true;
  const spoken = document.createElement("ul");
  spoken.className = "spoken";
  root.append(canvas, spoken);

  const isAttached = (): boolean => element.isConnected && element.parentNode === document.documentElement;
  function raise(): void {
    if (signal.aborted || !isPage()) return;
    if (isAttached() && element.matches(":popover-open")) element.hidePopover();
    if (!isAttached()) document.documentElement.append(element);
    try {
      element.showPopover();
    } catch {
      // A document that is being unloaded cannot show a popover.
    }
  }
  raise();
  signal.addEventListener("abort", () => element.remove());
  return { element, root, canvas, spoken, isAttached, raise };
}
