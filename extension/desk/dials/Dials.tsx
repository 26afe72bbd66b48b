/** The evidence of dials: the verdict that the page showed beside the Worker's own. */
import { Anchor, Button, Group, Text } from "@mantine/core";
import { useMemo } from "react";
import { DAY } from "../../../shared/core/time.ts";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { useApi, usePages } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, texts, words } from "../parts/texts.ts";
import { VerdictTag } from "../parts/Verdict.tsx";
import { actionColumn, timeColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters, NumberFilter, PersonFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { DialDetail, sayAction, sayDialled, sayLayers, sayMeant } from "./Detail.tsx";

const text = dialsEn;
const names = ["by", "number", "action", "verdict", "disagreed", "from", "to", "sighting"] as const;
const rowsOf = (answer: DialsAnswer) => answer.dials;

/** Days before a dial that its proof begins: so long ago a screening of its number may count. */
const PROOF_DAYS = 28;
/** What a proof of a dial is about. Its last day is that of the dial in every time zone, as far as that has come. */
function proofOf(number: string, at: string): Record<string, string> {
  const day = at.slice(0, 10);
  const today = new Date().toISOString().slice(0, 10);
  const later = (days: number) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
  const next = later(1);
  return { number, from: later(-PROOF_DAYS), to: next < today ? next : day > today ? day : today };
}

export default function Dials() {
  const [filters] = useFilters(...names);
  const pages = usePages<DialsAnswer, Dial>("/v1/dials", { ...filters, limit: 50 }, rowsOf);
  const [{ dial: shown }, set] = useFilters("dial");
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists").data?.lists;
  const isOfficer = useMay("compliance", "admin");
  const columns = useMemo((): Column<Dial>[] => {
    const reasons = (dial: Dial) =>
      dial.workerReasons.map((reason) => sayReason(texts, reason, lists ?? [])).join(" ");
    return [
      timeColumn("at", text.columns.at, (d) => d.at),
      {
        id: "by",
        header: text.columns.by,
        value: (d) => d.byName ?? dialsEn.somebody,
        cell: (d) => (
          <>
            <span className="desk-when">{d.byName ?? dialsEn.somebody}</span>
            {d.gate?.personName != null && <div className="desk-quiet">{d.gate.personName}</div>}
          </>
        ),
      },
      {
        id: "number",
        header: text.columns.number,
        value: (d) => d.number ?? d.written,
        cell: (d) =>
          d.number === null ? (
            <span className="desk-quiet">{sayDialled(d)}</span>
          ) : (
            <>
              <PhoneNumber e164={d.number} />
              {d.recordNumber !== null && <div className="desk-quiet">{sayMeant(d.recordNumber)}</div>}
              {d.layers && (
                <div className="desk-quiet">{fill(text.seenBy, { layers: sayLayers(d.layers) })}</div>
              )}
            </>
          ),
      },
      { id: "written", header: text.columns.written, value: (d) => d.written, csvOnly: true },
      { id: "recordNumber", header: text.columns.recordNumber, value: (d) => d.recordNumber, csvOnly: true },
      { id: "medium", header: text.columns.medium, value: (d) => text.media[d.medium], csvOnly: true },
      { id: "layer", header: text.columns.layer, value: (d) => text.layers[d.layer], csvOnly: true },
      {
        id: "sighting",
        header: text.columns.sighting,
        value: (d) => (d.layers ? (d.sighting ?? d.id) : null),
        csvOnly: true,
      },
      {
        id: "layers",
        header: text.columns.layers,
        value: (d) => sayLayers(d.layers ?? [d.layer]),
        csvOnly: true,
      },
      { id: "agent", header: text.columns.agent, value: (d) => d.gate?.agent ?? null, csvOnly: true },
      { id: "shown", header: text.columns.shown, value: (d) => d.gate?.from ?? null, csvOnly: true },
      { id: "callId", header: text.columns.callId, value: (d) => d.gate?.callId ?? null, csvOnly: true },
      {
        id: "action",
        header: text.columns.action,
        value: sayAction,
        cell: (d) => (
          <>
            {sayAction(d)} {d.refused && <Tag tone="bad">{text.refused}</Tag>}
            {d.reason !== null && <div className="desk-quiet">{d.reason}</div>}
          </>
        ),
      },
      {
        id: "verdict",
        header: text.columns.verdict,
        value: (d) => text.verdicts[d.verdict],
        cell: (d) => <VerdictTag verdict={d.verdict} />,
      },
      {
        id: "workerVerdict",
        header: text.columns.workerVerdict,
        value: (d) => text.verdicts[d.workerVerdict],
        cell: (d) => (
          <>
            <span title={reasons(d)}>
              <VerdictTag verdict={d.workerVerdict} />
            </span>
            {d.arrival && d.arrival.verdict !== d.workerVerdict && (
              <div className="desk-quiet">
                {fill(text.arrived, { verdict: text.verdicts[d.arrival.verdict] })}
              </div>
            )}
          </>
        ),
      },
      {
        id: "arrival",
        header: text.columns.arrival,
        value: (d) => (d.arrival ? text.verdicts[d.arrival.verdict] : null),
        csvOnly: true,
      },
      {
        id: "agrees",
        header: text.columns.agrees,
        value: (d) => (d.agrees ? text.agree : text.differ),
        cell: (d) => (d.agrees ? text.agree : <Tag tone="bad">{text.differ}</Tag>),
      },
      {
        id: "refused",
        header: text.columns.refused,
        value: (d) => (d.refused ? text.refused : null),
        csvOnly: true,
      },
      { id: "host", header: text.columns.host, value: (d) => d.host, csvOnly: true },
      { id: "reasons", header: text.columns.reasons, value: reasons, csvOnly: true },
      {
        id: "basis",
        header: text.columns.basis,
        value: (d) => d.basis && consentsEn.bases[d.basis],
        csvOnly: true,
      },
      { id: "reason", header: text.columns.reason, value: (d) => d.reason, csvOnly: true },
      {
        id: "purpose",
        header: text.columns.purpose,
        value: (d) => text.purposes[d.purpose],
        csvOnly: true,
      },
      { id: "deviceAt", header: text.columns.deviceAt, value: (d) => d.deviceAt, csvOnly: true },
      { id: "policy", header: text.columns.policy, value: (d) => d.policy, csvOnly: true },
      actionColumn("act", text.columns.act, (d) => (
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={fill(text.detailsLabel, { number: sayDialled(d) })}
            onClick={() => set({ dial: d.id })}
          >
            {text.details}
          </Button>
          {isOfficer && d.number !== null && (
            <Anchor
              size="sm"
              href={linkTo("/proof", proofOf(d.number, d.deviceAt))}
              aria-label={fill(text.proofLabel, { number: sayDialled(d) })}
            >
              {text.proof}
            </Anchor>
          )}
        </Group>
      )),
    ];
  }, [lists, set, isOfficer]);
  const dial = pages.rows.find((d) => d.id === shown);
  return (
    <Page title={words.nav.dials} lead={text.lead}>
      <Filters names={names}>
        <PersonFilter name="by" label={text.person} any={text.anybody} />
        <NumberFilter label={text.number} />
        <ChoiceFilter name="action" label={text.action} any={text.any} options={text.actions} />
        <ChoiceFilter name="verdict" label={text.verdict} any={text.any} options={text.verdicts} />
        <ChoiceFilter
          name="disagreed"
          label={text.disagreed}
          any={text.any}
          options={{ true: text.disagreedOnly }}
          width={190}
        />
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
      </Filters>
      {filters.sighting !== "" && (
        <Text size="sm">
          {text.oneCall}{" "}
          <Anchor size="sm" href={linkTo("/dials")}>
            {text.allDials}
          </Anchor>
        </Text>
      )}
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(d) => d.id}
        pages={pages}
        csv="dials"
        toneOf={(d) => (d.agrees && !d.refused ? undefined : "bad")}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
      {dial && <DialDetail key={dial.id} dial={dial} lists={lists ?? []} close={() => set({ dial: "" })} />}
    </Page>
  );
}
