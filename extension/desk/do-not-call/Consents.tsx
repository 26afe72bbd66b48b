/** Consents: who agreed to be called, when and how, and whether the consent still applies. */
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { isOver } from "../../../shared/do-not-call/end-date.ts";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { confirm } from "../forms/Dialog.tsx";
import { type Pages, useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, words } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { When } from "../parts/When.tsx";
import { actionColumn, numberColumn, timeColumn } from "../tables/columns.tsx";
import { Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { byColumn, untilColumn } from "./columns.tsx";
import { ConsentsAdd } from "./ConsentsAdd.tsx";

const text = consentsEn;
const rowsOf = (answer: ConsentsAnswer) => answer.consents;
const stateOf = (consent: Consent): keyof typeof text.states =>
  consent.withdrawnAt !== null ? "withdrawn" : isOver(consent.until, Date.now()) ? "over" : "live";

export default function Consents() {
  const [{ number }] = useFilters("number");
  const pages = usePages<ConsentsAnswer, Consent>("/v1/consents", { number, limit: 50 }, rowsOf);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={words.nav.consents}
      lead={text.lead}
      actions={<Button onClick={() => setAdding(true)}>{text.add}</Button>}
    >
      <Filters names={["number"]}>
        <NumberFilter label={text.number} />
      </Filters>
      <Recorded pages={pages} number={number} />
      {adding && <ConsentsAdd close={() => setAdding(false)} />}
    </Page>
  );
}

function Recorded({ pages, number }: { pages: Pages<Consent>; number: string }) {
  const { nameOf } = usePeople();
  const { mutate, isPending } = useMutate<Consent, Consent>(
    ({ id }) => ({ method: "POST", path: `/v1/consents/${encodeURIComponent(id)}/withdraw` }),
    {
      touches: ["/v1/consents"],
      done: ({ number }) => fill(text.withdrawn, { number: sayNumber(number) }),
    },
  );
  const columns = useMemo((): Column<Consent>[] => {
    const withdraw = async (consent: Consent) => {
      const sure = await confirm({
        title: text.withdrawTitle,
        text: fill(text.withdrawText, { number: sayNumber(consent.number) }),
        yes: text.withdrawYes,
        danger: true,
      });
      if (sure) mutate(consent);
    };
    return [
      numberColumn(text.columns.number),
      { id: "basis", header: text.columns.basis, value: (c) => text.bases[c.basis] },
      {
        id: "state",
        header: text.columns.state,
        value: (c) => text.states[stateOf(c)],
        cell: (c) => (
          <>
            <Tag tone={stateOf(c) === "live" ? "good" : "plain"}>{text.states[stateOf(c)]}</Tag>
            {c.withdrawnAt !== null && (
              <div>
                <When at={c.withdrawnAt} />
              </div>
            )}
          </>
        ),
      },
      { id: "givenBy", header: text.columns.givenBy, value: (c) => c.givenBy },
      timeColumn("givenAt", text.columns.givenAt, (c) => c.givenAt),
      { id: "evidence", header: text.columns.evidence, value: (c) => c.evidence },
      untilColumn(text.columns.until),
      byColumn(text.columns.by, nameOf),
      { id: "at", header: text.columns.at, value: (c) => c.at, csvOnly: true },
      { id: "withdrawnAt", header: text.columns.withdrawnAt, value: (c) => c.withdrawnAt, csvOnly: true },
      actionColumn(
        "act",
        text.columns.act,
        (c) =>
          c.withdrawnAt === null && (
            <Button
              size="compact-xs"
              variant="default"
              disabled={isPending}
              aria-label={fill(text.withdrawLabel, { number: sayNumber(c.number) })}
              onClick={() => void withdraw(c)}
            >
              {text.withdraw}
            </Button>
          ),
      ),
    ];
  }, [nameOf, mutate, isPending]);
  return (
    <PagedTable
      label={text.label}
      columns={columns}
      idOf={(c) => c.id}
      pages={pages}
      csv="consents"
      toneOf={(c) => (stateOf(c) === "live" ? undefined : "quiet")}
      filters={{ number }}
      empty={text.empty}
      emptyText={text.emptyText}
    />
  );
}
