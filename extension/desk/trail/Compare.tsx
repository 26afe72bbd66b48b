/** Compares the stored rows with the trail, step by step, and names in plain words what is not as the trail says. */
import { Alert, Anchor, Button, Group, List, Progress, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { compareEn as words } from "../../../shared/texts/trail/compare.en.ts";
import { deepEn } from "../../../shared/texts/trail/deep.en.ts";
import type { DeepAnswer } from "../../../shared/trail/api.ts";
import {
  type Compared,
  nothingCompared,
  PASSES,
  passOf,
  type Place,
  walkTables,
} from "../../../shared/trail/walk.ts";
import { api } from "../../ui/api.ts";
import { sayError } from "../parts/errors.ts";
import { linkTo } from "../parts/location.ts";
import { fill, plural, sayCount, texts } from "../parts/texts.ts";
import { TrailAccount } from "./Account.tsx";

const PATIENCE_MS = 60_000;
/** Most findings that are kept and shown; the others are counted. */
const MOST = 200;

type Finding = DeepAnswer["findings"][number];

const ask = (query: string) =>
  api<DeepAnswer>("GET", `/v1/audit/deep?${query}`, undefined, { patienceMs: PATIENCE_MS });

/** `place`: where it goes on; null before it began and once it is through. */
interface Walk {
  compared: Compared;
  place: Place | null;
  busy: boolean;
}

export function TrailCompare() {
  const [walk, setWalk] = useState<Walk | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stopped = useRef(false);

  async function run(from: Walk | null) {
    const compared = from?.compared ?? nothingCompared();
    let place = from?.place ?? null;
    stopped.current = false;
    setError(null);
    setWalk({ compared, place, busy: true });
    try {
      for await (const { next } of walkTables(ask, compared, place ?? undefined, MOST)) {
        place = next;
        setWalk({ compared, place, busy: true });
        if (stopped.current) break;
      }
    } catch (failure) {
      setError(failure);
    }
    setWalk({ compared, place, busy: false });
  }

  const isPaused = walk !== null && !walk.busy && walk.place !== null;
  return (
    <div className="desk-verify">
      <Group gap="md">
        <Button
          variant="default"
          loading={walk?.busy ?? false}
          onClick={() => void run(isPaused ? walk : null)}
        >
          {isPaused ? words.goOn : words.open}
        </Button>
        {walk?.busy && (
          <Button variant="subtle" onClick={() => (stopped.current = true)}>
            {words.stop}
          </Button>
        )}
        <Text size="sm" c="dimmed" role="status">
          {walk === null ? words.note : sayProgress(walk)}
        </Text>
      </Group>
      {walk?.busy && (
        <Progress
          mt="xs"
          value={(100 * ((walk.place ? passOf(walk.place) : 1) - 1)) / PASSES}
          aria-label={words.open}
        />
      )}
      {error !== null && (
        <Alert color="yellow" role="alert" mt="sm">
          {sayError(error)}
        </Alert>
      )}
      {walk !== null && !walk.busy && <Found {...walk} />}
      {!walk?.busy && <TrailAccount findings={walk?.compared.findings ?? []} />}
    </div>
  );
}

function sayProgress({ compared, place, busy }: Walk): string {
  if (place === null) return busy ? words.note : "";
  const part = { part: passOf(place), of: PASSES, what: words.tables[place.table]![1] };
  const n = sayCount(compared.checked.get(place.table) ?? 0);
  return busy ? fill(words.busy, { ...part, n }) : fill(words.stopped, part);
}

function Found({ compared: { findings, found, bound, excused }, place }: Walk) {
  const counts = [
    ...(["every", "some", "none"] as const).map((how) => [deepEn[how], bound[how]] as const),
    ...(["request", "retention", "returned"] as const).map(
      (by) => [deepEn.excused[by], excused[by]] as const,
    ),
  ].filter(([, n]) => n > 0);
  return (
    <>
      {found > 0 ? (
        <Alert color="red" role="alert" mt="sm" title={plural(texts, deepEn.faults, found)}>
          <List size="sm">
            {findings.map((finding) => (
              <List.Item key={[finding.table, finding.key, finding.what, finding.seq].join(" ")}>
                <Named finding={finding} />
              </List.Item>
            ))}
            {found > findings.length && (
              <List.Item>{plural(texts, words.more, found - findings.length)}</List.Item>
            )}
          </List>
        </Alert>
      ) : (
        place === null && (
          <Text size="sm" fw={600} mt="sm">
            {deepEn.holds}
          </Text>
        )
      )}
      {counts.length > 0 && (
        <List size="sm" c="dimmed" mt="xs">
          {counts.map(([forms, n]) => (
            <List.Item key={forms.other}>{plural(texts, forms, n)}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}

function Named({ finding: { table, key, seq, what, columns } }: { finding: Finding }) {
  const [one, many] = words.tables[table] ?? [table, table];
  const values = { key, seq: seq ?? "", columns: columns.join(", ") || deepEn.anyColumn };
  return (
    <>
      {fill(deepEn.finding[what], { ...values, table: what === "unreadable" ? many : one })}{" "}
      {seq !== null && (
        <Anchor size="sm" href={linkTo("/audit", { row: String(seq) })}>
          {fill(words.row, { n: seq })}
        </Anchor>
      )}
    </>
  );
}
