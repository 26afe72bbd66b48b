/** Objections from the public page that await a check: an officer confirms them or takes them back, many at once. */
import { Button, Checkbox, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import type { RequestsAnswer, RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { useMutate, usePages } from "../parts/api.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { actionColumn, dayColumn, numberColumn } from "../tables/columns.tsx";
import { PagesState } from "../tables/PagesState.tsx";
import { type Column, Table } from "../tables/Table.tsx";

const text = deskRequestsEn.objections;
const rowsOf = (answer: RequestsAnswer) => answer.requests;

interface Change {
  requests: string[];
  action: "confirm-objection" | "take-back";
  reason: string;
}

/** The API's limit for one request. */
const MOST = 500;

export function RequestsObjections() {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const pages = usePages<RequestsAnswer, RequestSummary>(
    "/v1/requests",
    { kind: "objection", state: "held", limit: 200 },
    rowsOf,
  );
  const change = useMutate<Change, { changed: number }>(
    (body) => ({ method: "POST", path: "/v1/requests/objections", body }),
    {
      touches: ["/v1/requests", "/v1/suppressions"],
      done: ({ changed }) => plural(texts, text.done, changed),
    },
  );
  const columns = useMemo(() => columnsOf(picked, setPicked), [picked]);
  // Only rows that are still there: somebody else may have settled others.
  const chosen = pages.rows.flatMap(({ id }) => (picked.has(id) ? [id] : [])).slice(0, MOST);
  const confirmTitle = plural(texts, text.confirmTitle, chosen.length);
  const takeBackTitle = plural(texts, text.takeBackTitle, chosen.length);
  async function settle(action: Change["action"]) {
    const reason = await askReason(
      action === "take-back"
        ? { title: takeBackTitle, text: text.takeBackText, yes: text.takeBackYes, danger: true }
        : { title: confirmTitle, text: text.confirmText, yes: text.confirmYes },
    );
    if (reason !== null)
      change.mutate({ requests: chosen, action, reason }, { onSuccess: () => setPicked(new Set()) });
  }
  const none = chosen.length === 0;
  return (
    <>
      <Text size="sm">{text.note}</Text>
      <PagesState pages={pages} filtered={false} title={text.empty} text={text.emptyText}>
        <Group gap="xs">
          <Button
            variant="default"
            onClick={() => setPicked(none ? new Set(pages.rows.map(({ id }) => id)) : new Set())}
          >
            {none ? text.all : text.none}
          </Button>
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

const columnsOf = (
  picked: ReadonlySet<string>,
  setPicked: (picked: ReadonlySet<string>) => void,
): Column<RequestSummary>[] => [
  actionColumn("pick", text.columns.pick, (r) => (
    <Checkbox
      aria-label={fill(text.pick, { reference: r.reference })}
      checked={picked.has(r.id)}
      onChange={({ currentTarget }) => {
        const next = new Set(picked);
        if (currentTarget.checked) next.add(r.id);
        else next.delete(r.id);
        setPicked(next);
      }}
    />
  )),
  { id: "reference", header: text.columns.reference, value: (r) => r.reference },
  numberColumn(text.columns.number),
  { id: "name", header: text.columns.name, value: (r) => r.name },
  dayColumn("received", text.columns.received, (r) => r.receivedOn),
];
