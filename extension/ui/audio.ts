/** Fetches a recording's audio through the background into a Blob, which exists in this page's memory only. */
import { bytesOf } from "../base64.ts";
import { AUDIO, type FromAudio, type ToAudio } from "../audio-port.ts";
import { ApiError } from "./api.ts";

export interface AudioAsked {
  id: string;
  /** What it is opened for, recorded in the audit trail. */
  purpose: string;
  signal: AbortSignal;
  /** From 0 to 1; null if the size is unknown. */
  progress: (part: number | null) => void;
}

/** Rejects with ApiError, or with the signal's reason if it was aborted. */
export function fetchAudio({ id, purpose, signal, progress }: AudioAsked): Promise<Blob> {
  return new Promise((done, failed) => {
    const port = chrome.runtime.connect({ name: AUDIO });
    const tell = (message: ToAudio) => port.postMessage(message);
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", off);
      port.disconnect();
      settle();
    };
    const off = () => end(() => failed(signal.reason as Error));
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let type = "";
    let size: number | null = null;
    let got = 0;
    port.onMessage.addListener((message: FromAudio) => {
      if (message.kind === "failed") return end(() => failed(new ApiError(message.trouble, message.problem)));
      if (message.kind === "end") return end(() => done(new Blob(pieces, { type })));
      if (message.kind === "head") ({ type, size } = message);
      else {
        const piece = bytesOf(message.bytes);
        pieces.push(piece);
        got += piece.length;
      }
      progress(size === null ? null : got / size);
      tell({ kind: "next" });
    });
    // Chrome stopped the background in the middle.
    port.onDisconnect.addListener(() => end(() => failed(new ApiError("offline", null))));
    if (signal.aborted) return off();
    signal.addEventListener("abort", off);
    tell({ kind: "open", id, purpose });
  });
}
