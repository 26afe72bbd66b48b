/** Starts the softphone for a call that may be made. */
import { mayDial } from "../../../shared/dials/address.ts";
import type { Pass } from "../../page/guard/gate.ts";
import type { Frame } from "../sites/frames.ts";
import type { Place } from "./place.ts";

/**
 * In a page of a site that is on: tells the guard that this dial was judged, then dials by a link, as a page would. Chrome
 * sends the function there as text, so it must use nothing from this module.
 */
function launchHere(address: string, key: string): void {
  let outermost: Window = window;
  try {
    while (outermost.parent !== outermost && outermost.parent.document) outermost = outermost.parent;
  } catch {
    // Of another origin.
  }
  const passes = (outermost as unknown as { cleardialPasses?: Pass[] }).cleardialPasses;
  const until = performance.timeOrigin + performance.now() + 5000;
  passes?.push({ key, stage: 0, until, isOwn: () => false });
  // An element named `createElement` hides the document's own.
  const link = Document.prototype.createElement.call(document, "a") as HTMLAnchorElement;
  link.href = address;
  // Not where a page's base element says: its frame would take the call, and may cancel it.
  link.target = "_self";
  link.click();
}

/** The name of a pass, as guard/gate.ts has it. */
function keyOf(address: string): string {
  const { unlisted, medium, written } = mayDial(address) ?? { medium: "call", written: "" };
  return unlisted ?? `${medium} ${written}`;
}

/** In a document in which our scripts run. False where it is gone. */
export function launchIn({ tabId, documentId }: Frame, address: string): Promise<boolean> {
  const target = { tabId, documentIds: [documentId] };
  const args: [string, string] = [address, keyOf(address)];
  return chrome.scripting.executeScript({ target, func: launchHere, args, injectImmediately: true }).then(
    () => true,
    () => false,
  );
}

/** Chrome may ask the person before the softphone starts. */
export async function launch({ tabId, frame }: Place, address: string): Promise<void> {
  if (frame && (await launchIn(frame, address))) return;
  // Chrome would take a few digits for a port, and open http://callto:999.
  await chrome.tabs.update(tabId, { url: address.replace(/^([^:]*:)(\d{1,5})$/, "$1//$2") });
}
