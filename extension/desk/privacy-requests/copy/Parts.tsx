/** The parts of a copy that is too large for one file: which recordings each has, how far it is, and its download. */
import { Button, Group, List, Stack, Text } from "@mantine/core";
import type { RequestItem, RequestSummary } from "../../../../shared/privacy-requests/api.ts";
import type { CopyPart } from "../../../../shared/privacy-requests/api-copy.ts";
import { copyPartsEn as text } from "../../../../shared/texts/privacy-requests/desk-parts.en.ts";
import { useMutate } from "../../parts/api.ts";
import { fill, plural, sayDate, texts } from "../../parts/texts.ts";
import { sayItem } from "../format.tsx";
import { CopyDownload, CopyPrint } from "./Download.tsx";
import { RequestLost } from "./Lost.tsx";

export const namePart = ({ part, parts }: Pick<CopyPart, "part" | "parts">): string =>
  fill(text.part, { n: part, of: parts });

/** `15 MB`. */
const bytes = new Intl.NumberFormat(texts.language, { style: "unit", unit: "megabyte" });
const sayBytes = (n: number): string => bytes.format(Math.ceil(n / 1_000_000));

interface PartsProps {
  row: RequestSummary;
  parts: CopyPart[];
  items: readonly RequestItem[];
}

/** What stops a part is a recording whose audio cannot be had. */
const losing: ReadonlySet<string> = new Set(["audio-missing", "recording-erased", "recording-quarantined"]);

export function RequestParts({ row, parts, items }: PartsProps) {
  const again = useMutate<string[]>(
    (ids) => ({ method: "POST", path: "/v1/work/copies/again", body: { ids } }),
    { touches: ["/v1/requests", "/v1/work"], done: text.againDone },
  );
  const itemOf = (recording: string | null | undefined) => items.find(({ ref }) => ref === recording);
  const lost = parts.flatMap(({ state, error }) => {
    const item = state === "failed" && error && losing.has(error.code) ? itemOf(error.recording) : undefined;
    return item ? [{ id: item.id, says: `${sayItem(item)}: ${error!.says}` }] : [];
  });
  const failed = parts.filter(({ state }) => state === "failed");
  const came = parts.every(({ state }) => state === "came");
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {failed.length > 0 ? text.failed : came ? text.came : text.making}
      </Text>
      <List size="sm">
        {parts.map((part) => (
          <List.Item key={part.id}>
            <Line id={row.id} part={part} item={itemOf(part.error?.recording)} />
          </List.Item>
        ))}
      </List>
      {lost.length > 0 && (
        <RequestLost
          row={row}
          lost={lost}
          code={failed[0]!.error!.code}
          then={() => again.mutate(failed.map((one) => one.id))}
        />
      )}
      {failed.length > 0 && (
        <Group>
          <Button
            size="xs"
            // To leave a recording out leads on; the same again does so once its audio is there.
            variant={lost.length > 0 ? "default" : "filled"}
            loading={again.isPending}
            onClick={() => again.mutate(failed.map((one) => one.id))}
          >
            {plural(texts, text.again, failed.length)}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Line({ id, part, item }: { id: string; part: CopyPart; item: RequestItem | undefined }) {
  const [from, to] = [sayDate(texts, part.from), sayDate(texts, part.to)];
  const what = fill(part.part === 1 ? text.first : text.other, {
    recordings: plural(texts, text.recordings, part.recordings),
    days: from === to ? from : fill(text.days, { from, to }),
  });
  return (
    <>
      {[
        `${namePart(part)}: ${what}`,
        part.bytes === null ? null : sayBytes(part.bytes),
        text.states[part.state],
      ]
        .filter(Boolean)
        .join(", ")}
      {part.openedAt !== null && `, ${text.opened}`}
      {part.file !== null && (
        <>
          {" "}
          <CopyDownload
            id={id}
            file={part.file}
            name={`${text.fileName}-${part.part}-${part.parts}.zip`}
            label={namePart(part)}
          />{" "}
          <CopyPrint id={id} file={part.file} label={namePart(part)} />
        </>
      )}
      {part.error !== null && (
        <Text size="sm" c="var(--desk-bad)">
          {part.error.says}
          {item && ` (${sayItem(item)}.)`}
        </Text>
      )}
    </>
  );
}
