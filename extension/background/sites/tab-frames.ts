/** Looks at a tab once: which documents our scripts can enter, and how many frames of other origins they cannot. */

interface TabLook {
  /** Ids of the documents that our scripts can enter. */
  alive: Set<string>;
  /** How many frames of each other origin the page contains. */
  framed: Record<string, number>;
}

/** Null if the tab may not be read: no permission, or one of Chrome's own pages. */
export async function lookAtTab(tabId: number): Promise<TabLook | null> {
  let results;
  try {
    results = await chrome.scripting.executeScript({
      target: { tabId, allFrames: true },
      func: framesHere,
      // Do not wait for the page to finish loading: the popup waits for this.
      injectImmediately: true,
    });
  } catch {
    return null;
  }
  const framed: Record<string, number> = {};
  for (const { result } of results)
    for (const origin of result ?? []) framed[origin] = (framed[origin] ?? 0) + 1;
  return { alive: new Set(results.map((r) => r.documentId)), framed };
}

/** Runs in the page on its own, so it must use nothing from this module. Returns the origin of each foreign frame. */
function framesHere(): string[] {
  const found: string[] = [];
  const roots: ParentNode[] = [document];
  for (let root = roots.pop(); root; root = roots.pop()) {
    for (const element of root.querySelectorAll("*")) {
      // SVG elements have no shadow roots, and Chrome throws if asked for one.
      if (!(element instanceof HTMLElement)) continue;
      const shadow = chrome.dom.openOrClosedShadowRoot(element);
      if (shadow) roots.push(shadow);
      if (!(element instanceof HTMLIFrameElement || element instanceof HTMLFrameElement)) continue;
      try {
        const { origin, protocol } = new URL(element.src, document.baseURI);
        if (element.src && protocol.startsWith("http") && origin !== self.origin) found.push(origin);
      } catch {
        // Not a URL, so it shows no other origin.
      }
    }
  }
  return found;
}
