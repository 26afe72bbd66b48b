/** A register's versions. An administrator may roll back to one of them. */
import { Button, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { isTooOld, maxAgeOf } from "../../../shared/registers/age.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { RegisterChangesAnswer as Answer, Register, Rollback } from "../../../shared/registers/api.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { askReason } from "../forms/Dialog.tsx";
import { useMutate } from "../parts/api.ts";
import { Empty } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { actionColumn, countColumn, dayColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { sayAge, sayDays, sayNumbers, type Version } from "./status.ts";

const text = listsEn.list;
/** The rollback of a large register takes some seconds. */
const PATIENCE_MS = 120_000;

export function RegisterHistory({ list, policy, admin }: { list: Register; policy: Policy; admin: boolean }) {
  const path = `/v1/lists/${list.id}`;
  const { mutate, isPending } = useMutate<Rollback, Answer>(
    (body) => ({ method: "POST", path: `${path}/rollback`, body, patienceMs: PATIENCE_MS }),
    {
      touches: ["/v1/lists"],
      done: ({ version }, { to }) => fill(text.back.done, { to, version }),
    },
  );

  const columns = useMemo((): Column<Version>[] => {
    const back = async (v: Version) => {
      const why = await askReason({
        title: fill(text.back.title, { list: list.name, version: v.version }),
        text: <Consequence list={list} policy={policy} to={v} />,
        yes: text.back.yes,
        danger: true,
      });
      if (why !== null) mutate({ to: v.version, parent: list.version, why });
    };
    return [
      {
        id: "version",
        header: text.columns.version,
        value: (v) => v.version,
        cell: (v) => (
          <span className="desk-when">
            {v.version} {v.version === list.version && <Tag tone="good">{text.inForce}</Tag>}
          </span>
        ),
      },
      timeColumn("at", text.columns.at, (v) => v.at),
      {
        id: "by",
        header: text.columns.by,
        value: (v) => v.byName ?? v.by,
        cell: (v) => <span className="desk-when">{v.byName ?? v.by}</span>,
      },
      dayColumn("asOf", text.columns.asOf, (v) => v.asOf),
      {
        id: "source",
        header: text.columns.source,
        value: (v) => v.source,
        cell: (v) => <span title={v.sha256 === null ? undefined : `SHA-256: ${v.sha256}`}>{v.source}</span>,
      },
      { id: "sha256", header: text.columns.sha256, value: (v) => v.sha256, csvOnly: true },
      countColumn("numbers", text.columns.numbers, (v) => v.numbers),
      countColumn("added", text.columns.added, (v) => v.added),
      countColumn("removed", text.columns.removed, (v) => v.removed),
      ...(admin
        ? [
            actionColumn(
              "act",
              text.columns.act,
              (v: Version) =>
                v.version < list.version && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={isPending}
                    aria-label={fill(text.back.label, { version: v.version })}
                    onClick={() => void back(v)}
                  >
                    {text.back.button}
                  </Button>
                ),
            ),
          ]
        : []),
    ];
  }, [list, policy, admin, mutate, isPending]);

  if (list.history.length === 0)
    return <Empty title={text.empty} text={admin ? text.emptyText : text.emptyOther} />;
  return (
    <Table
      label={fill(text.historyLabel, { list: list.name })}
      columns={columns}
      rows={list.history}
      idOf={(v) => String(v.version)}
      csv={`${list.id}-history`}
    />
  );
}

/** What the rollback would mean, for the question before it. */
function Consequence({ list, policy, to }: { list: Register; policy: Policy; to: Version }) {
  const now = Date.now();
  const limit = maxAgeOf(list, policy);
  return (
    <Stack gap="xs">
      <Text size="sm">
        {fill(text.back.numbers, {
          list: list.name,
          now: sayNumbers(list.numbers),
          then: sayNumbers(to.numbers),
        })}
      </Text>
      <Text size="sm">
        {fill(text.back.date, { date: sayDate(texts, to.asOf), age: sayAge(to.asOf, now) })}{" "}
        {isTooOld(to.asOf, limit, now) ? (
          <strong>{text.back.stale}</strong>
        ) : (
          fill(text.back.fine, { limit: sayDays(limit) })
        )}
      </Text>
      <Text size="sm">{text.back.forward}</Text>
    </Stack>
  );
}
