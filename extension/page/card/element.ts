/** The element that the card or the modal is drawn in: a dialog in our closed root, deaf to the page. */
import { texts } from "../words.ts";

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
 * A page may register a property of any name (`@property`), and its initial value then takes the place of ours, in
 * closed roots as well: our colours would be the page's. So ours have names that it cannot know.
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
  // What is typed and clicked here is none of the page's shortcuts.
  for (const type of HEARD) dialog.addEventListener(type, (event) => event.stopPropagation());
  root.append(dialog);
  return dialog;
}
