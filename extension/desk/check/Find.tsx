/**
 * All places where a number is on record, each with a link to its rows there, and the number's verdict now. Before a number
 * is asked: a field for one, what was asked before, and the places.
 */
import { Anchor, Text } from "@mantine/core";
import { useEffect, useMemo } from "react";
import type { FindAnswer, FoundNumber } from "../../../shared/check/api-find.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { findEn as text } from "../../../shared/texts/check/find.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo, useFilters, withQuery } from "../parts/location.ts";
import { useMay, useMe } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { PhoneNumber } from "../parts/PhoneNumber.tsx";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { fill, sayCount } from "../parts/texts.ts";
import { VerdictTag } from "../parts/Verdict.tsx";
import { actionColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { FindStart, pages, remember } from "./FindStart.tsx";

export default function Find() {
  const [{ number }] = useFilters("number");
  const { person } = useMe();
  const answer = useApi<FindAnswer>(number === "" ? null : withQuery("/v1/find", { number }));
  const { isSuccess } = answer;
  useEffect(() => {
    if (isSuccess && number !== "") remember(person.id, number);
  }, [isSuccess, number, person.id]);
  return (
    <Page title={text.title} lead={text.lead}>
      {number === "" ? (
        <FindStart />
      ) : (
        <QueryState
          of={answer}
          empty={{
            when: ({ numbers }) => numbers.length === 0,
            show: <Empty title={text.none} text={text.noneText} />,
          }}
        >
          {(data) => <Found {...data} />}
        </QueryState>
      )}
    </Page>
  );
}

function Found({ numbers, more }: FindAnswer) {
  const isOfficer = useMay("compliance", "admin");
  const columns = useMemo(() => columnsOf(isOfficer), [isOfficer]);
  return (
    <div>
      <Table label={text.label} columns={columns} rows={numbers} idOf={(row) => row.number} />
      {more && <Text size="sm">{text.more}</Text>}
    </div>
  );
}

function columnsOf(isOfficer: boolean): Column<FoundNumber>[] {
  const listed = (place: keyof typeof pages): Column<FoundNumber> => ({
    id: place,
    header: text.columns[place],
    value: (row) => row[place],
    cell: ({ number, [place]: n }) =>
      n ? (
        <Anchor
          href={linkTo(pages[place], { number, ...(place === "requests" ? { show: "all" } : {}) })}
          aria-label={fill(text.countLabel, {
            place: text.columns[place],
            number: sayNumber(number),
            n: sayCount(n),
          })}
        >
          {sayCount(n)}
        </Anchor>
      ) : (
        <span className="desk-quiet">{text.nothing}</span>
      ),
    align: "right",
  });
  return [
    {
      id: "number",
      header: text.columns.number,
      value: (row) => row.number,
      cell: ({ number }) => <PhoneNumber e164={number} />,
    },
    {
      id: "verdict",
      header: text.columns.verdict,
      value: (row) => row.verdict,
      cell: ({ number, verdict, reasons }) => (
        <>
          <VerdictTag verdict={verdict} />
          <div className="desk-quiet">{reasons[0]!.text}</div>
          <Anchor
            size="sm"
            href={linkTo("/check", { number })}
            aria-label={fill(text.whyLabel, { number: sayNumber(number) })}
          >
            {text.why}
          </Anchor>
        </>
      ),
    },
    ...(["suppressions", "consents", "dials", "calls", "recordings"] as const).map(listed),
    ...(isOfficer ? [listed("requests")] : []),
    {
      id: "screenings",
      header: text.columns.screenings,
      value: (row) => row.screenings,
      cell: ({ screenings }) =>
        screenings > 0 ? sayCount(screenings) : <span className="desk-quiet">{text.nothing}</span>,
      align: "right",
    },
    ...(isOfficer
      ? [
          actionColumn<FoundNumber>("proof", text.columns.proof, ({ number }) => (
            <Anchor
              size="sm"
              href={linkTo("/proof", { number })}
              aria-label={fill(text.proofLabel, { number: sayNumber(number) })}
            >
              {text.proof}
            </Anchor>
          )),
        ]
      : []),
  ];
}
