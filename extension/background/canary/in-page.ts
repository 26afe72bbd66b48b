/**
 * What a try runs in a page and in its frame. Chrome sends each function there as text, so it must use nothing from this
 * module. The frame is in the closed root of our one element, where no script of the page finds it. Its sandbox lets
 * nothing be opened or handed to another program, so that no dial leaves it, even one that nothing holds.
 */

/** In the extension's own world, what overlay.ts and guard/ear.ts have there. */
type Ours = {
  cleardialOverlay?: { alive: () => boolean; root: ShadowRoot };
  /** In the outermost frame of the origin. */
  cleardialEar?: Hears;
  /** The same, in the frame that was made. */
  cleardialHears?: Hears;
  /** The window of the frame that was made, in the page; and its element, which has no id: browsers name ids to pages. */
  cleardialTry?: Window;
  cleardialFrame?: Element;
};
type Hears = ((holds: boolean) => void) & { heard: boolean[]; stop: () => void };

/** In the page: makes the frame. Answers whether it is there; not where our scripts do not run. It goes by itself after `ms`. */
export function openFrame(ms: number): Promise<boolean> {
  const ours = globalThis as unknown as Ours;
  const { cleardialOverlay: overlay } = ours;
  // A document without an origin does not tell the guard of all that it does.
  if (!overlay?.alive() || origin === "null" || ours.cleardialFrame?.isConnected)
    return Promise.resolve(false);
  // An element named `createElement` hides the document's own.
  const frame = Document.prototype.createElement.call(document, "iframe") as HTMLIFrameElement;
  frame.hidden = true;
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin");
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><body>`;
  const loaded = new Promise<boolean>((done) => {
    frame.addEventListener("load", () => {
      ours.cleardialTry = frame.contentWindow!;
      done(true);
    });
    setTimeout(() => done(false), ms);
  });
  setTimeout(() => {
    (frame.contentWindow as unknown as Ours | null)?.cleardialHears?.stop();
    frame.remove();
  }, ms);
  ours.cleardialFrame = frame;
  overlay.root.append(frame);
  return loaded;
}

/** In each frame of the tab: true in the one that was made, whose id Chrome tells nobody else. */
export function isTheFrame(): boolean {
  try {
    return parent !== window && (parent as unknown as Ours).cleardialTry === window;
  } catch {
    // Its parent is of another origin.
    return false;
  }
}

/** In the page: takes the frame away, and with it whoever listens. */
export function closeFrame(): void {
  const ours = globalThis as unknown as Ours;
  (ours.cleardialTry as unknown as Ours | undefined)?.cleardialHears?.stop();
  ours.cleardialFrame?.remove();
  delete ours.cleardialTry;
  delete ours.cleardialFrame;
}

/**
 * In the frame: hears what the judges find, its own and that of the outermost frame of its origin, which answers for what
 * has no event. Answers whether both are there.
 */
export function listen(): Promise<boolean> {
  let outermost: Window = window;
  try {
    while (outermost.parent !== outermost && outermost.parent.document) outermost = outermost.parent;
  } catch {
    // Of another origin.
  }
  const both = [globalThis as unknown as Ours, outermost as unknown as Ours] as const;
  return new Promise((done) => {
    let left = 50;
    const look = () => {
      if (both.every((of) => of.cleardialOverlay?.alive())) {
        const heard: boolean[] = [];
        const stop = () => {
          if (both[1].cleardialEar === ear) delete both[1].cleardialEar;
        };
        const ear = Object.assign((holds: boolean) => void heard.push(holds), { heard, stop });
        both[0].cleardialHears = both[1].cleardialEar = ear;
        done(true);
      } else if (left-- > 0) setTimeout(look, 100);
      else done(false);
    };
    look();
  });
}

/** In the frame: what was heard since the last time; null where nobody listens. */
export function heard(): boolean[] | null {
  return (globalThis as unknown as Ours).cleardialHears?.heard.splice(0) ?? null;
}

/**
 * In the frame, in the page's own world: dials, as a page would. Answers whether the dial got to its last step, where it is
 * stopped: a window's name that throws when the browser reads it, a frame that is in no document, a listener behind the
 * guard's own, and a port whose other end is here, where a softphone has a worker.
 */
export function dial(layer: string, address: string): Promise<boolean> {
  let reached = false;
  const { navigation } = window as unknown as { navigation: EventTarget };
  const last = (event: Event) => {
    if ((event as Event & { destination: { url: string } }).destination.url !== address) return;
    reached = true;
    event.preventDefault();
  };
  navigation.addEventListener("navigate", last);
  if (layer === "link") {
    const link = document.createElement("a");
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  } else if (layer === "script") {
    const name = {
      toString() {
        reached = true;
        throw new Error("The browser was about to open it");
      },
    };
    try {
      window.open(address, name as unknown as string);
    } catch {
      // It was reached.
    }
    location.href = address;
  } else if (layer === "softphone") {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => (reached = true);
    const to = `sip:${address.slice("tel:".length)}@canary.invalid`;
    const lines = [`INVITE ${to} SIP/2.0`, `To: <${to}>`, "Call-ID: canary", "CSeq: 1 INVITE", "", ""];
    port1.postMessage(lines.join("\r\n"));
  } else {
    const frame = document.createElement("iframe");
    frame.src = address;
    reached = frame.hasAttribute("src");
  }
  return new Promise((done) => {
    setTimeout(() => {
      navigation.removeEventListener("navigate", last);
      done(reached);
    }, 100);
  });
}

/**
 * In the page: dials from a frame of our own world, which no guard sees, and whose sandbox lets no other program be opened.
 * Answers false where the page's content policy forbids it.
 */
export function dialInBrowser(address: string): Promise<boolean> {
  const { cleardialOverlay: overlay } = globalThis as unknown as Ours;
  if (!overlay?.alive()) return Promise.resolve(false);
  const frame = Document.prototype.createElement.call(document, "iframe") as HTMLIFrameElement;
  frame.hidden = true;
  frame.setAttribute("sandbox", "allow-scripts");
  return new Promise((done) => {
    const end = (made: boolean) => {
      document.removeEventListener("securitypolicyviolation", refused);
      frame.remove();
      done(made);
    };
    const refused = ({ blockedURI }: SecurityPolicyViolationEvent) =>
      blockedURI.startsWith("tel") && end(false);
    document.addEventListener("securitypolicyviolation", refused);
    setTimeout(() => end(true), 1500);
    frame.src = address;
    overlay.root.append(frame);
  });
}
