/** Fetches what may be large through the background into a Blob. */
import { bytesOf } from "../base64.ts";
import { AUDIO, type FromAudio, type ToAudio } from "../audio-port.ts";
import { ApiError } from "./api.ts";

export interface PiecesAsked {
  /** Of the Worker's API. */
  path: string;
  signal: AbortSignal;
  /** From 0 to 1; null if the size is unknown. */
  progress: (part: number | null) => void;
  /** So many bytes are enough; without it, all. */
  enough?: number;
}

/** Chrome moves a Blob to the disk where it is large: so much of it is in this page's memory. */
const IN_MEMORY = 32 * 1024 * 1024;

/** Rejects with ApiError, or with the signal's reason if it was aborted. */
export function fetchPieces({ path, signal, progress, enough = Infinity }: PiecesAsked): Promise<Blob> {
  return new Promise((done, failed) => {
    const port = chrome.runtime.connect({ name: AUDIO });
    const tell = (message: ToAudio) => port.postMessage(message);
    const end = (settle: () => void) => {
      signal.removeEventListener("abort", off);
      port.disconnect();
      settle();
    };
    const off = () => end(() => failed(signal.reason as Error));
    let blob = new Blob();
    let pieces: Uint8Array<ArrayBuffer>[] = [];
    let type = "";
    let size: number | null = null;
    let [got, held] = [0, 0];
    const put = () => {
      blob = new Blob([blob, ...pieces], { type });
      [pieces, held] = [[], 0];
    };
    port.onMessage.addListener((message: FromAudio) => {
      if (message.kind === "failed") return end(() => failed(new ApiError(message.trouble, message.problem)));
      if (message.kind === "end") {
        put();
        return end(() => done(blob));
      }
      if (message.kind === "head") ({ type, size } = message);
      else {
        const piece = bytesOf(message.bytes);
        pieces.push(piece);
        got += piece.length;
        held += piece.length;
        if (held > IN_MEMORY) put();
        if (got >= enough) {
          put();
          return end(() => done(blob));
        }
      }
      progress(size === null ? null : got / size);
      tell({ kind: "next" });
    });
    // Chrome stopped the background in the middle.
    port.onDisconnect.addListener(() => end(() => failed(new ApiError("offline", null))));
    if (signal.aborted) return off();
    signal.addEventListener("abort", off);
    tell({ kind: "open", path });
  });
}
