/** Fetches a recording's audio. */
import { fetchPieces, type PiecesAsked } from "./pieces.ts";

export interface AudioAsked extends Omit<PiecesAsked, "path"> {
  id: string;
  /** What it is opened for, recorded in the audit trail. */
  purpose: string;
}

/** Rejects with ApiError, or with the signal's reason if it was aborted. */
export const fetchAudio = ({ id, purpose, ...asked }: AudioAsked): Promise<Blob> =>
  fetchPieces({
    ...asked,
    path: `/v1/recordings/${encodeURIComponent(id)}/audio?${new URLSearchParams({ purpose })}`,
  });
