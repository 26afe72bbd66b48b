/** Whose line a number is: what an officer, a register or a CRM says. */
import { Button, NativeSelect } from "@mantine/core";
import { useMemo, useState } from "react";
import type { PartiesAnswer, Party, PartyKind, PartyRequest } from "../../../shared/do-not-call/api.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { partiesEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { PhoneField, RadioField, ReasonField } from "../forms/fields.tsx";
import { FormDialog } from "../forms/FormDialog.tsx";
import { type Pages, useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { actionColumn, numberColumn } from "../tables/columns.tsx";
import { Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import type { Column } from "../tables/Table.tsx";
import { byColumn } from "./columns.tsx";

const text = partiesEn;
const parties = Object.keys(text.parties) as PartyKind[];
type Source = NonNullable<PartyRequest["source"]>;
const sources: readonly Source[] = ["officer", "register", "import"];
const rowsOf = (answer: PartiesAnswer) => answer.parties;

export default function Parties() {
  const [{ number }] = useFilters("number");
  const pages = usePages<PartiesAnswer, Party>("/v1/parties", { number, limit: 50 }, rowsOf);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={<Button onClick={() => setAdding(true)}>{text.add}</Button>}
    >
      <Filters names={["number"]}>
        <NumberFilter label={text.number} />
      </Filters>
      <Said pages={pages} number={number} />
      {adding && <Add close={() => setAdding(false)} />}
    </Page>
  );
}

function Said({ pages, number }: { pages: Pages<Party>; number: string }) {
  const { nameOf } = usePeople();
  const { mutate, isPending } = useMutate<Party, Party>(
    ({ id }) => ({ method: "DELETE", path: `/v1/parties/${encodeURIComponent(id)}` }),
    { touches: ["/v1/parties"], done: () => text.ended },
  );
  const columns = useMemo(
    (): Column<Party>[] => [
      numberColumn(text.columns.number),
      { id: "party", header: text.columns.party, value: (p) => text.parties[p.party] },
      { id: "source", header: text.columns.source, value: (p) => text.sources[p.source] },
      { id: "detail", header: text.columns.detail, value: (p) => p.detail },
      {
        id: "state",
        header: text.columns.state,
        value: (p) => text.states[p.endedAt === null ? "live" : "ended"],
        cell: (p) => (
          <Tag tone={p.endedAt === null ? "good" : "plain"}>
            {text.states[p.endedAt === null ? "live" : "ended"]}
          </Tag>
        ),
      },
      byColumn(text.columns.by, nameOf),
      { id: "at", header: text.columns.at, value: (p) => p.at, csvOnly: true },
      actionColumn(
        "act",
        text.columns.act,
        (p) =>
          p.endedAt === null && (
            <Button
              size="compact-xs"
              variant="default"
              disabled={isPending}
              aria-label={fill(text.endLabel, { number: sayNumber(p.number) })}
              onClick={() => mutate(p)}
            >
              {text.end}
            </Button>
          ),
      ),
    ],
    [nameOf, mutate, isPending],
  );
  return (
    <PagedTable
      label={text.label}
      columns={columns}
      idOf={(p) => p.id}
      pages={pages}
      csv="whose-lines"
      toneOf={(p) => (p.endedAt === null ? undefined : "quiet")}
      filters={{ number }}
      empty={text.empty}
      emptyText={text.emptyText}
    />
  );
}

function Add({ close }: { close: () => void }) {
  const [number, setNumber] = useState("");
  const [party, setParty] = useState<PartyKind>("consumer");
  const [source, setSource] = useState<Source>("officer");
  const [detail, setDetail] = useState("");
  const adding = useMutate<PartyRequest, Party>((body) => ({ method: "POST", path: "/v1/parties", body }), {
    touches: ["/v1/parties"],
    quiet: true,
    done: (said) => fill(text.added, { number: sayNumber(said.number) }),
  });
  return (
    <FormDialog
      title={text.addTitle}
      close={close}
      yes={text.save}
      sending={adding}
      send={() => adding.mutate({ number, party, source, detail }, { onSuccess: close })}
    >
      <PhoneField label={text.number} value={number} onChange={setNumber} />
      <RadioField
        label={text.party}
        value={party}
        options={parties.map((p) => ({ value: p, label: text.parties[p], description: text.partyNotes[p] }))}
        onChange={setParty}
      />
      <NativeSelect
        label={text.source}
        value={source}
        data={sources.map((s) => ({ value: s, label: text.sources[s] }))}
        onChange={({ currentTarget }) => setSource(currentTarget.value as Source)}
      />
      <ReasonField label={text.detail} description={text.detailNote} value={detail} onChange={setDetail} />
    </FormDialog>
  );
}
