/** Downloads a requester's copy, or a part of it, which may be several gigabytes; and prints its first page. */
import { Anchor } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { copyPartsEn as text } from "../../../../shared/texts/privacy-requests/desk-parts.en.ts";
import { fetchPieces } from "../../../ui/pieces.ts";
import { printPage } from "../../parts/print.ts";
import { fill } from "../../parts/texts.ts";
import { say, sayFailure } from "../../parts/toast.tsx";
import { downloadBlob } from "../../tables/csv.ts";
import { firstFile } from "./first-file.ts";

export const percent = (share: number): string => `${Math.floor(share * 100)} %`;

const pathOf = ({ id, file }: { id: string; file: string }): string =>
  `/v1/requests/${encodeURIComponent(id)}/files/${encodeURIComponent(file)}`;

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
    const path = pathOf({ id, file });
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

/** Its first page has some hundred rows of each section at most. */
const FIRST_BYTES = 16_000_000;

/** Prints what is in a copy: its `index.html`, for which the beginning of the file is enough. */
export function CopyPrint({ id, file, label }: Omit<DownloadProps, "name">) {
  const [isBusy, setBusy] = useState(false);
  const call = useRef<AbortController | null>(null);
  useEffect(() => () => call.current?.abort(), []);
  async function printIt() {
    const { signal } = (call.current = new AbortController());
    setBusy(true);
    try {
      const asked = { path: pathOf({ id, file }), signal, progress: () => undefined, enough: FIRST_BYTES };
      const beginning = new Uint8Array(await (await fetchPieces(asked)).arrayBuffer());
      const page = firstFile(beginning, "index.html");
      if (page === null) say(text.printNone);
      else printPage(page);
    } catch (error) {
      if (!signal.aborted) sayFailure(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      disabled={isBusy}
      {...(isBusy ? {} : { "aria-label": fill(text.printLabel, { what: label }) })}
      onClick={() => void printIt()}
    >
      {isBusy ? text.printing : text.print}
    </Anchor>
  );
}
