/** The frames in which our page scripts run: where they are, their counts of numbers, and how to send them messages. */
import type { Counts, FrameReport } from "../../carried.ts";
import type { PageMessage } from "../../messages.ts";
import type { CachedStorage } from "../storage.ts";

export interface Frame {
  tabId: number;
  frameId: number;
  documentId: string;
  /** Such as `https://crm.example:8443`. */
  origin: string;
  /** The origin's host, as Chrome says it, not the page: rulings are stored under it. */
  host: string;
  /** The host that the frame's own script sees: empty in about:blank. */
  called: string;
  counts: Counts;
}

/** What Chrome says about the frame that sent a message. */
type Sender = Pick<chrome.runtime.MessageSender, "tab" | "frameId" | "documentId" | "origin" | "url">;

const PREFIX = "frame:";
const none: Counts = { clear: 0, caution: 0, blocked: 0, unknown: 0 };

export function openFrames(storage: CachedStorage) {
  const all = () => storage.keys(PREFIX).flatMap((key) => storage.get<Frame>(key) ?? []);
  const inTab = (tabId: number) =>
    storage.keys(`${PREFIX}${tabId}:`).flatMap((key) => storage.get<Frame>(key) ?? []);
  const keyOf = (f: Pick<Frame, "tabId" | "frameId">) => `${PREFIX}${f.tabId}:${f.frameId}`;

  async function send(frames: Frame[], message: PageMessage): Promise<void> {
    await Promise.all(
      frames.map((f) =>
        // A frame that is gone, or whose script was stopped, answers with an error: nothing is left to tell.
        chrome.tabs.sendMessage(f.tabId, message, { frameId: f.frameId }).catch(() => {}),
      ),
    );
  }

  return {
    /**
     * Remembers a frame that reported. True if the tab now shows another page: frames of the last page may then be left
     * over (`tidy`), but frames of the new page may have reported before its top document did.
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
      const before = storage.get<Frame>(keyOf(frame));
      storage.set(keyOf(frame), frame);
      return frame.frameId === 0 && before?.documentId !== frame.documentId;
    },
    /** Forgets the frames of a tab whose documents are gone. `alive` finds the ids of the documents that are still there. */
    async tidy(tabId: number, alive: () => Promise<ReadonlySet<string> | null>): Promise<void> {
      const before = inTab(tabId);
      const still = await alive();
      for (const f of before) {
        // A frame that reported meanwhile is newer than the answer.
        const same = storage.get<Frame>(keyOf(f))?.documentId === f.documentId;
        if (still && same && !still.has(f.documentId)) storage.remove(keyOf(f));
      }
    },
    closed: (tabId: number) => inTab(tabId).forEach((f) => storage.remove(keyOf(f))),
    forget: (frames: Frame[]) => frames.forEach((f) => storage.remove(keyOf(f))),
    all,
    /** The sum over a tab's frames, if `alive` is given only over the documents in it. */
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

/** The frame's origin. For about:blank and srcdoc: the origin that Chrome says they inherit. */
export function originOf({ origin, url }: Pick<Sender, "origin" | "url">): string {
  if (origin && origin !== "null") return origin;
  try {
    return new URL(url ?? "").origin;
  } catch {
    return "null";
  }
}

/** Null for a frame without an origin, such as a sandboxed frame. */
export function hostOf(sender: Pick<Sender, "origin" | "url">): string | null {
  const origin = originOf(sender);
  return URL.canParse(origin) ? new URL(origin).host : null;
}

export type Frames = ReturnType<typeof openFrames>;
