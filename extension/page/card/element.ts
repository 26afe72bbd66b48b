/** The element of card and dialog: a <dialog> in our closed root, whose events do not reach the page. */
import { texts } from "./words.ts";

/** The events that stay inside: what is typed and clicked here must not trigger the page's shortcuts. */
const HEARD = [
  "keydown",
  "keyup",
  "keypress",
  "input",
  "change",
  "click",
  "mousedown",
  "mouseup",
  "pointerdown",
  "pointerup",
  "focusin",
  "focusout",
];

/**
 * A page may register a custom property of any name (`@property`), and its initial value then replaces ours, in closed
 * roots too: the page could set our colours. So our properties have a random prefix that it cannot know.
 */
const ours = `c${crypto.getRandomValues(new Uint32Array(2)).join("")}`;

export function openDialog(root: ShadowRoot, className: string, style: string): HTMLDialogElement {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style.replaceAll("--", `--${ours}-`));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const dialog = document.createElement("dialog");
  dialog.className = className;
  dialog.lang = texts.language;
  dialog.tabIndex = -1;
  for (const type of HEARD) dialog.addEventListener(type, (event) => event.stopPropagation());
  root.append(dialog);
  return dialog;
}
