/** The frames that our page scripts live in: who they are, what they count, and how to reach them. */
import type { Counts, FrameReport, PageMessage } from "../../messages.ts";
import type { Shelf } from "../storage.ts";

export interface Frame {
  tabId: number;
  frameId: number;
  documentId: string;
  /** Where it stands, such as `https://crm.example:8443`. */
  origin: string;
  /** The origin's host. Rulings go by it, so it is Chrome's word and not the page's. */
  host: string;
  /** What the frame's own script calls its host: in about:blank it has none. */
  called: string;
  counts: Counts;
}

/** What a frame's script tells of itself, and what Chrome tells of it. */
type Sender = Pick<chrome.runtime.MessageSender, "tab" | "frameId" | "documentId" | "origin" | "url">;

const PREFIX = "frame:";
const none: Counts = { clear: 0, caution: 0, blocked: 0, unknown: 0 };

export function openFrames(shelf: Shelf) {
  const all = () => shelf.keys(PREFIX).flatMap((key) => shelf.get<Frame>(key) ?? []);
  const inTab = (tabId: number) =>
    shelf.keys(`${PREFIX}${tabId}:`).flatMap((key) => shelf.get<Frame>(key) ?? []);
  const keyOf = (f: Pick<Frame, "tabId" | "frameId">) => `${PREFIX}${f.tabId}:${f.frameId}`;

  async function send(frames: Frame[], message: PageMessage): Promise<void> {
    await Promise.all(
      frames.map((f) =>
        // A frame that is gone, or whose script was taken down, answers with an error: nobody is left to tell.
        chrome.tabs.sendMessage(f.tabId, message, { frameId: f.frameId }).catch(() => {}),
      ),
    );
  }

  return {
    /**
     * Remembers a frame that reported. True where a tab shows another page now: frames of the last one may then be
     * left, but those of the new one may have come before it.
     */
    note(sender: Sender, { host }: FrameReport, counts: Counts = none): boolean {
      const tabId = sender.tab?.id;
      if (tabId === undefined) return false;
      const frame: Frame = {
        tabId,
        frameId: sender.frameId ?? 0,
        documentId: sender.documentId ?? "",
        origin: originOf(sender),
        host: hostOf(sender) ?? host,
        called: host,
        counts,
      };
      const before = shelf.get<Frame>(keyOf(frame));
      shelf.set(keyOf(frame), frame);
      return frame.frameId === 0 && before?.documentId !== frame.documentId;
    },
    /** Forgets the frames of a tab whose documents are gone. `alive` finds out which are not. */
    async tidy(tabId: number, alive: () => Promise<ReadonlySet<string> | null>): Promise<void> {
      const before = inTab(tabId);
      const still = await alive();
      for (const f of before) {
        // What reported meanwhile is younger than the answer.
        const same = shelf.get<Frame>(keyOf(f))?.documentId === f.documentId;
        if (still && same && !still.has(f.documentId)) shelf.remove(keyOf(f));
      }
    },
    closed: (tabId: number) => inTab(tabId).forEach((f) => shelf.remove(keyOf(f))),
    forget: (frames: Frame[]) => frames.forEach((f) => shelf.remove(keyOf(f))),
    all,
    /** The sum over a tab's frames; only those whose document is still there, where that is known. */
    counts(tabId: number, alive: ReadonlySet<string> | null): Counts {
      const sum = { ...none };
      for (const f of inTab(tabId)) {
        if (alive && !alive.has(f.documentId)) continue;
        for (const verdict of ["clear", "caution", "blocked", "unknown"] as const)
          sum[verdict] += f.counts[verdict];
      }
      return sum;
    },
    send,
    tell: (message: PageMessage) => send(all(), message),
  };
}

/** A frame without an address of its own (about:blank, srcdoc) belongs to whom Chrome says it inherits from. */
export function originOf({ origin, url }: Pick<Sender, "origin" | "url">): string {
  if (origin && origin !== "null") return origin;
  try {
    return new URL(url ?? "").origin;
  } catch {
    return "null";
  }
}

/** null for a frame of no origin, such as a sandboxed one. */
export function hostOf(sender: Pick<Sender, "origin" | "url">): string | null {
  const origin = originOf(sender);
  return URL.canParse(origin) ? new URL(origin).host : null;
}

export type Frames = ReturnType<typeof openFrames>;
