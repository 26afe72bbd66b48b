/**
 * Objections from the public page that await a check: an officer confirms them or takes them back, many at once. Those of one
 * flood are shown, and taken back, by themselves.
 */
import { Alert, Button, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { RequestsAnswer, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { sayFailure } from "../parts/toast.tsx";
import { sayTime } from "../parts/When.tsx";
import { dayColumn, numberColumn } from "../tables/columns.tsx";
import { PagesState } from "../tables/PagesState.tsx";
import { usePicks } from "../tables/picks.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { useWaves } from "./waves.ts";

const text = deskRequestsEn.objections;
const rowsOf = (answer: RequestsAnswer) => answer.requests;

interface Change {
  requests: readonly string[];
  action: "confirm-objection" | "take-back";
  reason: string;
}

/** The API's limit for one request. */
const MOST = 500;

export function RequestsObjections() {
  const [reading, setReading] = useState(false);
  const [{ wave }, setFilters] = useFilters("wave");
  const waves = useWaves();
  const pages = usePages<RequestsAnswer, RequestSummary>(
    "/v1/requests",
    { kind: "objection", state: "held", wave, limit: 200 },
    rowsOf,
  );
  const change = useMutate<Change, { changed: number }>(
    (body) => ({ method: "POST", path: "/v1/requests/objections", body }),
    {
      touches: ["/v1/requests", "/v1/suppressions"],
      done: ({ changed }) => plural(texts, text.done, changed),
    },
  );
  const { chosen: rows, clear, column: pick, all: pickAll } = usePicks(pages.rows, picking);
  const columns = useMemo(() => [pick, ...rest], [pick]);
  const chosen = rows.map(({ id }) => id);
  const confirmTitle = plural(texts, text.confirmTitle, chosen.length);
  const sayTakeBack = (n: number) => plural(texts, text.takeBackTitle, n);
  async function settle(action: Change["action"]) {
    const reason = await askReason(
      action === "take-back"
        ? { title: sayTakeBack(chosen.length), text: text.takeBackText, yes: text.takeBackYes, danger: true }
        : { title: confirmTitle, text: text.confirmText, yes: text.confirmYes },
    );
    if (reason !== null) change.mutate({ requests: chosen, action, reason }, { onSuccess: clear });
  }
  /** All that are shown, of which further pages may not be loaded: counted first, and taken back by as many as the API takes. */
  async function takeBackAll() {
    setReading(true);
    const all = await pages
      .all(() => undefined)
      .catch(sayFailure)
      .finally(() => setReading(false));
    if (!all) return;
    const ids = all.map(({ id }) => id);
    const why = `${text.takeBackText} ${text.waves.takeBackText}`;
    const reason = await askReason({
      title: sayTakeBack(ids.length),
      text: why,
      yes: text.takeBackYes,
      danger: true,
    });
    if (reason === null) return;
    for (let at = 0; at < ids.length; at += MOST) {
      const some = { requests: ids.slice(at, at + MOST), action: "take-back", reason } as const;
      // What the Worker refused is said already.
      if (!(await change.mutateAsync(some).catch(() => null))) return;
    }
    clear();
    setFilters({ wave: "" });
  }
  const none = chosen.length === 0;
  const showAll = (
    <Button size="xs" variant="default" onClick={() => setFilters({ wave: "" })}>
      {text.waves.showAll}
    </Button>
  );
  return (
    <>
      <Text size="sm">{text.note}</Text>
      {waves
        .filter((one) => wave === "" || one.wave === wave)
        .map((one) => (
          <Alert
            key={one.wave}
            color="yellow"
            data-wave={one.wave}
            title={plural(texts, text.waves.title, one.held)}
          >
            <Text size="sm">{fill(text.waves.text, { at: sayTime(one.wave), last: sayTime(one.last) })}</Text>
            <Group gap="xs" mt="sm">
              {wave === "" ? (
                <Button size="xs" variant="default" onClick={() => setFilters({ wave: one.wave })}>
                  {text.waves.show}
                </Button>
              ) : (
                <>
                  <Button
                    size="xs"
                    variant="default"
                    c="var(--desk-bad)"
                    loading={reading || change.isPending}
                    onClick={() => void takeBackAll()}
                  >
                    {text.waves.takeBack}
                  </Button>
                  {showAll}
                </>
              )}
            </Group>
          </Alert>
        ))}
      {/* A link to a flood that is settled. */}
      {wave !== "" && !waves.some((one) => one.wave === wave) && <div>{showAll}</div>}
      <PagesState pages={pages} filtered={wave !== ""} title={text.empty} text={text.emptyText}>
        <Group gap="xs">
          {pickAll}
          <Button disabled={none} loading={change.isPending} onClick={() => void settle("confirm-objection")}>
            {text.confirm}
          </Button>
          <Button
            variant="default"
            {...(none ? {} : { c: "var(--desk-bad)" })}
            disabled={none}
            loading={change.isPending}
            onClick={() => void settle("take-back")}
          >
            {text.takeBack}
          </Button>
        </Group>
        <Table label={text.label} columns={columns} rows={pages.rows} idOf={(r) => r.id} pages={pages} />
      </PagesState>
    </>
  );
}

const picking = {
  idOf: (r: RequestSummary) => r.id,
  heading: text.columns.pick,
  nameOf: (r: RequestSummary) => fill(text.pick, { reference: r.reference }),
  most: MOST,
};
const rest: Column<RequestSummary>[] = [
  { id: "reference", header: text.columns.reference, value: (r) => r.reference },
  numberColumn(text.columns.number),
  { id: "name", header: text.columns.name, value: (r) => r.name },
  dayColumn("received", text.columns.received, (r) => r.receivedOn),
];
