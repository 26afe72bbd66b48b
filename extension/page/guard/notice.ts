/** What a page says once the extension is gone from under it: its dials are held until it is loaded again. */
import { inLanguage } from "../../../shared/texts/language.ts";
import { reloadTexts } from "../../../shared/texts/page/reload.ts";
import { HOST } from "../find/tree.ts";

const style = `
  :host { all: initial !important; position: fixed !important; inset: 16px 16px auto auto !important; color-scheme: light dark !important; display: block !important; }
  * { user-select: none !important; }
  div { max-width: 360px; padding: 14px 16px; border: 1px solid; border-left: 8px solid #868e99; border-radius: 6px;
    background: canvas; color: canvastext; font: 15px/1.4 system-ui, sans-serif; }
  h2 { margin: 0 0 6px; font-size: 18px; }
  p { margin: 0 0 12px; }
  button { margin-right: 8px; padding: 8px 14px; font: inherit; cursor: pointer; }
`;

type Shared = Window & { cleardialNotice?: HTMLElement; CSSStyleSheet: typeof CSSStyleSheet };

/** Shows it, or brings it to the front again: in the outermost frame of this origin, as a frame may be out of sight. */
export function sayReload(outermost: Window, signal: AbortSignal): void {
  const { documentElement } = outermost.document;
  // A picture or a feed opened as a document has no place for it.
  if (!("popover" in documentElement)) return;
  const shared = outermost as Shared;
  const shown = (shared.cleardialNotice ??= make(shared));
  signal.addEventListener("abort", () => shown.remove());
  if (!shown.isConnected) documentElement.append(shown);
  if (shown.matches(":popover-open")) shown.hidePopover();
  shown.showPopover();
}

function make({ document, location, CSSStyleSheet: Sheet }: Shared): HTMLElement {
  /** An element of the page's named `createElement` hides the document's own. */
  const create = (tag: string, text = ""): HTMLElement => {
    const made = Document.prototype.createElement.call(document, tag);
    made.textContent = text;
    return made;
  };
  const texts = inLanguage(reloadTexts, navigator.language);
  const host = create(HOST);
  host.popover = "manual";
  const root = host.attachShadow({ mode: "closed" });
  // A style sheet belongs to one document.
  const sheet = new Sheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const box = create("div");
  box.setAttribute("role", "alert");
  const reload = create("button", texts.reload);
  reload.addEventListener("click", () => location.reload());
  const close = create("button", texts.close);
  close.addEventListener("click", () => host.remove());
  box.append(create("h2", texts.heading), create("p", texts.why), reload, close);
  root.append(box);
  return host;
}
