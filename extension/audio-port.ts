/**
 * The port that brings what may be large to our own pages: a recording's audio, a requester's copy. Chrome's messages are JSON
 * of at most 64 MB, so it comes in pieces (base64), one for each `next`. The page closes the port when it has had enough.
 */
import type { Problem } from "../shared/api.ts";
import type { Trouble } from "./carried.ts";

export const AUDIO = "ui.audio";
export type ToAudio = { kind: "open"; path: string } | { kind: "next" };
export type FromAudio =
  /** `size` in bytes; null where the Worker does not say. */
  | { kind: "head"; type: string; size: number | null }
  | { kind: "piece"; bytes: string }
  | { kind: "end" }
  | { kind: "failed"; trouble: Trouble | "refused"; problem: Problem | null };
