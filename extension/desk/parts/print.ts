/** Prints a document of its own; Chrome's dialog saves it as PDF, too. */

/** `html`: a whole document, in which no script runs. */
export function printPage(html: string): void {
  const frame = document.createElement("iframe");
  frame.className = "desk-print";
  frame.sandbox.add("allow-same-origin", "allow-modals");
  frame.title = "";
  frame.ariaHidden = "true";
  frame.tabIndex = -1;
  frame.srcdoc = html;
  frame.addEventListener("load", () => {
    const view = frame.contentWindow!;
    view.addEventListener("afterprint", () => frame.remove());
    view.print();
  });
  document.querySelector(".desk-print")?.remove();
  document.body.append(frame);
}

/** A text as it was written, such as a letter. */
export function printText(title: string, text: string): void {
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = "en-GB";
  const style = page.createElement("style");
  style.textContent =
    "body { font: 11pt/1.5 system-ui, sans-serif; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }";
  page.head.append(style);
  page.body.textContent = text;
  printPage(`<!doctype html>${page.documentElement.outerHTML}`);
}
