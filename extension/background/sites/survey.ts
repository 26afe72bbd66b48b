/** One look at a tab: the documents that we can enter, and the frames beside them that we cannot. */

interface Survey {
  /** Documents that our script could be in. */
  alive: Set<string>;
  /** How many frames of each other origin the page holds. */
  framed: Record<string, number>;
}

/** null where nothing of the tab may be read: no permission, or one of Chrome's own pages. */
export async function survey(tabId: number): Promise<Survey | null> {
  let results;
  try {
    results = await chrome.scripting.executeScript({
      target: { tabId, allFrames: true },
      func: framesHere,
      // Nobody looks at a popup that waits until the page has loaded its last picture.
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

/** Runs in the page by itself, so everything it needs stands inside. Answers one origin for every frame it sees. */
function framesHere(): string[] {
  const found: string[] = [];
  const roots: ParentNode[] = [document];
  for (let root = roots.pop(); root; root = roots.pop()) {
    for (const element of root.querySelectorAll("*")) {
      // Drawings have no shadow roots, and Chrome throws at the question.
      if (!(element instanceof HTMLElement)) continue;
      const shadow = chrome.dom.openOrClosedShadowRoot(element);
      if (shadow) roots.push(shadow);
      if (!(element instanceof HTMLIFrameElement || element instanceof HTMLFrameElement)) continue;
      try {
        const { origin, protocol } = new URL(element.src, document.baseURI);
        if (element.src && protocol.startsWith("http") && origin !== self.origin) found.push(origin);
      } catch {
        // Not an address: it shows nothing of another origin.
      }
    }
  }
  return found;
}
