/**
 * The port that brings a recording's audio to our own pages. Chrome's messages are JSON of at most 64 MB, so the audio
 * comes in pieces (base64), one for each `next`. The page closes the port when it has heard enough.
 */
import type { Problem } from "../shared/api.ts";
import type { Trouble } from "./carried.ts";

export const AUDIO = "ui.audio";
export type ToAudio = { kind: "open"; id: string; purpose: string } | { kind: "next" };
export type FromAudio =
  /** `size` in bytes; null where the Worker does not say. */
  | { kind: "head"; type: string; size: number | null }
  | { kind: "piece"; bytes: string }
  | { kind: "end" }
  | { kind: "failed"; trouble: Trouble | "refused"; problem: Problem | null };
