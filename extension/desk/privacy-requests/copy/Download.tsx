/** Downloads a requester's copy, or a part of it, which may be several gigabytes. */
import { Anchor } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { copyPartsEn as text } from "../../../../shared/texts/privacy-requests/desk-parts.en.ts";
import { fetchPieces } from "../../../ui/pieces.ts";
import { fill } from "../../parts/texts.ts";
import { sayFailure } from "../../parts/toast.tsx";
import { downloadBlob } from "../../tables/csv.ts";

export const percent = (share: number): string => `${Math.floor(share * 100)} %`;

interface DownloadProps {
  id: string;
  file: string;
  name: string;
  /** What it is, for screen readers. */
  label: string;
}

/** `share`: how much of it is there, from 0 to 1; null while nothing is fetched. `press` fetches it, or stops that. */
export function useCopyDownload({ id, file, name }: Omit<DownloadProps, "label">, done?: () => void) {
  const call = useRef<AbortController | null>(null);
  const [share, setShare] = useState<number | null>(null);
  useEffect(() => () => call.current?.abort(), []);
  async function fetchIt() {
    const { signal } = (call.current = new AbortController());
    const path = `/v1/requests/${encodeURIComponent(id)}/files/${encodeURIComponent(file)}`;
    setShare(0);
    try {
      downloadBlob(name, await fetchPieces({ path, signal, progress: (got) => setShare(got ?? 0) }));
      done?.();
    } catch (error) {
      if (!signal.aborted) sayFailure(error);
    } finally {
      setShare(null);
    }
  }
  return { share, press: () => (share === null ? void fetchIt() : call.current?.abort()) };
}
export function CopyDownload({ label, ...copy }: DownloadProps) {
  const { share, press } = useCopyDownload(copy);
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      aria-label={fill(share === null ? text.downloadLabel : text.stopLabel, { what: label })}
      onClick={press}
    >
      {share === null ? text.download : fill(text.stop, { share: percent(share) })}
    </Anchor>
  );
}
