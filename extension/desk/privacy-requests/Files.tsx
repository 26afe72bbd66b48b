/** A request's scans, proofs of identity and word of withdrawal, and when each is erased. */
import { Alert, Anchor, Button, FileButton, Group, List, Text } from "@mantine/core";
import { useRef, useState } from "react";
import type { RequestAnswer } from "../../../shared/privacy-requests/api.ts";
import { MAX_SCAN, scanTypes } from "../../../shared/privacy-requests/files.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import type { SentFile } from "../../carried.ts";
import { asSent, fetchFile } from "../../ui/api.ts";
import { useMutate } from "../parts/api.ts";
import { withQuery } from "../parts/location.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { sayFailure } from "../parts/toast.tsx";
import { sayTime } from "../parts/When.tsx";
import { downloadBlob } from "../tables/csv.ts";
import { CopyDownload, CopyPrint } from "./copy/Download.tsx";

const text = deskRequestsEn.one;
type Kept = RequestAnswer["files"][number];

type Added = "scan" | "proof" | "withdrawal";
export const filePath = (id: string, purpose: Added, name: string) =>
  withQuery(`/v1/requests/${encodeURIComponent(id)}/files`, { purpose, name });

interface FilesProps {
  id: string;
  files: Kept[];
  mayAdd: boolean;
  mayWithdraw: boolean;
}
export function RequestFiles({ id, files, mayAdd, mayWithdraw }: FilesProps) {
  const purposes: Added[] = ["scan", "proof", ...(mayWithdraw ? (["withdrawal"] as const) : [])];
  const add = useMutate<{ purpose: Added; name: string; file: SentFile }>(
    ({ purpose, name, file }) => ({
      method: "PUT",
      path: filePath(id, purpose, name),
      file,
      patienceMs: 60_000,
    }),
    { touches: ["/v1/requests"], done: text.fileAdded },
  );
  const [tooLarge, setTooLarge] = useState(false);
  const take = (purpose: Added) => (file: File | null) => {
    setTooLarge(file !== null && file.size > MAX_SCAN);
    if (file && file.size <= MAX_SCAN)
      asSent(file).then((sent) => add.mutate({ purpose, name: file.name, file: sent }), sayFailure);
  };
  return (
    <>
      {files.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.filesNone}
        </Text>
      ) : (
        <List size="sm">
          {files.map((file) => (
            <List.Item key={file.id}>
              <Line id={id} file={file} />
            </List.Item>
          ))}
        </List>
      )}
      {tooLarge && (
        <Alert color="red" role="alert" mt="sm">
          {text.fileTooLarge}
        </Alert>
      )}
      {mayAdd && (
        <Group gap="xs" mt="sm">
          {purposes.map((purpose) => (
            <Add key={purpose} purpose={purpose} busy={add.isPending} take={take(purpose)} />
          ))}
        </Group>
      )}
    </>
  );
}

interface AddProps {
  purpose: Added;
  busy: boolean;
  take: (file: File | null) => void;
}

function Add({ purpose, busy, take }: AddProps) {
  const forget = useRef<() => void>(null);
  return (
    <FileButton
      accept={scanTypes.join()}
      onChange={(file) => {
        take(file);
        // So that the same file can be chosen again after a failure.
        forget.current?.();
      }}
      resetRef={forget}
      inputProps={{ tabIndex: -1 }}
    >
      {(props) => (
        <Button {...props} variant="default" size="xs" loading={busy}>
          {text.add[purpose]}
        </Button>
      )}
    </FileButton>
  );
}

function Line({ id, file }: { id: string; file: Kept }) {
  const purpose = text.purposes[file.purpose];
  const date = sayTime(file.at);
  const path = `/v1/requests/${encodeURIComponent(id)}/files/${encodeURIComponent(file.id)}`;
  const open = () =>
    fetchFile(path).then((blob) => downloadBlob(file.name || `${file.purpose}-${file.id}`, blob), sayFailure);
  return (
    <>
      {[purpose, file.name, date].filter(Boolean).join(", ")}
      {file.erasedAt !== null
        ? `, ${text.fileErased}`
        : file.eraseAfter !== null && `, ${fill(text.fileEnds, { date: sayDate(texts, file.eraseAfter) })}`}
      {file.erasedAt === null && file.purpose === "export" && (
        <>
          {" "}
          <CopyDownload
            id={id}
            file={file.id}
            name={`${file.purpose}-${file.id}.zip`}
            label={`${purpose}, ${date}`}
          />{" "}
          <CopyPrint id={id} file={file.id} label={`${purpose}, ${date}`} />
        </>
      )}
      {file.erasedAt === null && file.purpose !== "export" && (
        <>
          {" "}
          <Anchor
            component="button"
            type="button"
            size="sm"
            aria-label={fill(text.downloadLabel, { purpose, date })}
            onClick={() => void open()}
          >
            {text.download}
          </Anchor>
        </>
      )}
    </>
  );
}
