/** The calls themselves, filtered by what is wrong with them, who made them, number and day. */
import { Group, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Call, CallFinding, CallsAnswer } from "../../../shared/call-logs/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { callsEn as text } from "../../../shared/texts/call-logs/desk.en.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { useApi, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { fill, texts } from "../parts/texts.ts";
import { verdictTone } from "../parts/Verdict.tsx";
import { numberColumn, timeColumn } from "../tables/columns.tsx";
import {
  ChoiceFilter,
  DateFilter,
  Filters,
  NumberFilter,
  PersonFilter,
  TextFilter,
} from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";

const names = ["finding", "unseen", "person", "number", "direction", "from", "to", "agent"] as const;
const rowsOf = (answer: CallsAnswer) => answer.calls;
const findingTone: Record<CallFinding, Tone> = {
  blocked: "bad",
  unscreened: "warn",
  off: "warn",
  contradicted: "warn",
};
const isFinding = (name: string): name is CallFinding => Object.hasOwn(text.findings, name);

export function CallLogsSearch() {
  const [filters] = useFilters(...names);
  const pages = usePages<CallsAnswer, Call>("/v1/calls", { ...filters, limit: 50 }, rowsOf);
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists").data?.lists;
  const columns = useMemo(() => columnsOf(lists ?? []), [lists]);
  return (
    <>
      <Filters names={names}>
        <ChoiceFilter
          name="finding"
          label={text.finding}
          width={210}
          any={text.any}
          options={text.findings}
        />
        <ChoiceFilter
          name="unseen"
          label={text.seenBy}
          width={210}
          any={text.any}
          options={{ true: text.unseenOnly }}
        />
        <PersonFilter name="person" label={text.person} any={text.anybody} />
        <TextFilter name="agent" label={text.agent} width={170} />
        <NumberFilter label={text.number} />
        <ChoiceFilter name="direction" label={text.direction} any={text.any} options={text.directions} />
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
      </Filters>
      {isFinding(filters.finding) && <Text size="sm">{text.findingNotes[filters.finding]}</Text>}
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(c) => c.id}
        pages={pages}
        csv="calls"
        toneOf={(c) => (c.findings.includes("blocked") ? "bad" : undefined)}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}

const agentOf = (c: Call) => c.personName ?? c.agent ?? text.nobody;

function columnsOf(lists: RegisterHead[]): Column<Call>[] {
  const reasons = (c: Call) => c.reasons.map((reason) => sayReason(texts, reason, lists)).join(" ");
  const verdict = (c: Call) => (c.verdict === null ? text.inbound : dialsEn.verdicts[c.verdict]);
  const notes = (c: Call) => [
    ...c.findings.map((finding) => text.findings[finding]),
    ...(c.overridden ? [text.overridden] : []),
  ];
  const judgedAs = (c: Call) => c.judgedAs && dialsEn.purposes[c.judgedAs];
  const extension = (c: Call) => (c.verdict === null ? null : text.extension[c.extension ?? "untold"]);
  return [
    timeColumn("startedAt", text.columns.startedAt, (c) => c.startedAt),
    {
      id: "agent",
      header: text.columns.agent,
      value: agentOf,
      cell: (c) => <span className={c.personName === null ? "desk-quiet" : "desk-when"}>{agentOf(c)}</span>,
    },
    numberColumn(text.columns.number),
    {
      id: "verdict",
      header: text.columns.verdict,
      value: verdict,
      cell: (c) =>
        c.verdict === null ? (
          <span className="desk-quiet">{verdict(c)}</span>
        ) : (
          <>
            <span title={reasons(c)}>
              <Tag tone={verdictTone[c.verdict]}>{verdict(c)}</Tag>
            </span>
            {c.judgedAs && <div className="desk-quiet">{fill(text.judgedAs, { kind: judgedAs(c)! })}</div>}
            {c.verdict === "blocked" && <div className="desk-quiet">{reasons(c)}</div>}
          </>
        ),
    },
    {
      id: "findings",
      header: text.columns.findings,
      value: (c) => notes(c).join(", "),
      cell: (c) => (
        <Group gap={4}>
          {c.findings.map((finding) => (
            <Tag key={finding} tone={findingTone[finding]}>
              {text.findings[finding]}
            </Tag>
          ))}
          {c.overridden && <Tag tone="plain">{text.overridden}</Tag>}
        </Group>
      ),
    },
    {
      id: "layers",
      header: text.columns.layers,
      value: sayLayers,
      cell: (c) => (
        <>
          {sayLayers(c)}
          {c.layers?.length === 0 && <div className="desk-quiet">{sayMissed(c)}</div>}
        </>
      ),
    },
    { id: "judgedAs", header: text.columns.judgedAs, value: judgedAs, csvOnly: true },
    {
      id: "screened",
      header: text.columns.screened,
      value: (c) => (c.verdict === null ? null : text.screened[c.screened ?? "none"]),
      csvOnly: true,
    },
    { id: "extension", header: text.columns.extension, value: extension },
    { id: "seconds", header: text.columns.seconds, value: (c) => c.seconds, align: "right" },
    {
      id: "direction",
      header: text.columns.direction,
      value: (c) => text.directions[c.direction],
      csvOnly: true,
    },
    {
      id: "outcome",
      header: text.columns.outcome,
      value: (c) => c.outcome && text.outcomes[c.outcome],
      csvOnly: true,
    },
    { id: "presentation", header: text.columns.presentation, value: (c) => c.presentation, csvOnly: true },
    { id: "campaignName", header: text.columns.campaignName, value: (c) => c.campaignName, csvOnly: true },
    { id: "reasons", header: text.columns.reasons, value: reasons, csvOnly: true },
    { id: "dial", header: text.columns.dial, value: (c) => c.dial && dialOf(c.dial), csvOnly: true },
    { id: "provider", header: text.columns.provider, value: (c) => c.provider, csvOnly: true },
    { id: "providerId", header: text.columns.providerId, value: (c) => c.providerId, csvOnly: true },
  ];
}

const nameOf = (layers: readonly NonNullable<Call["layers"]>[number][]): string =>
  layers.map((layer) => dialsEn.layers[layer]).join(", ");
const sayLayers = ({ layers }: Call): string | null =>
  layers === null ? null : layers.length === 0 ? text.notSeen : nameOf(layers);
const sayMissed = ({ missedBy }: Call): string =>
  missedBy.length === 0 ? text.missedByNone : fill(text.missedBy, { layers: nameOf(missedBy) });

const dialOf = ({ action }: NonNullable<Call["dial"]>): string =>
  action === null ? "" : dialsEn.actions[action];
