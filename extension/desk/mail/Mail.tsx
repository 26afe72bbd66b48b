/** The outbox: mails sent, waiting and failed. An administrator may retry a failed one. */
import { Button } from "@mantine/core";
import { useMemo } from "react";
import type { MailAnswer, MailTrialAnswer } from "../../../shared/mail/api.ts";
import { mailDeskEn as words } from "../../../shared/texts/mail/desk.en.ts";
import { useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { useMay } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { When } from "../parts/When.tsx";
import { actionColumn, timeColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { MailService } from "./Service.tsx";

const { all, ...states } = words.state;

type Sent = MailAnswer["mails"][number];
const tones: Record<Sent["state"], Tone> = { failed: "bad", waiting: "warn", sent: "good", expired: "plain" };
const sayTemplate = ({ template }: Sent) => (words.templates as Record<string, string>)[template] ?? template;
const names = ["state", "from", "to"] as const;
const mailsOf = (answer: MailAnswer) => answer.mails;

export default function Mail() {
  const [filters] = useFilters(...names);
  const isAdmin = useMay("admin");
  const pages = usePages<MailAnswer, Sent>("/v1/mail", filters, mailsOf);
  const { mutate } = useMutate<Sent>(({ id }) => ({ method: "POST", path: `/v1/mail/${id}/retry` }), {
    touches: ["/v1/mail"],
    done: words.againDone,
  });
  const trial = useMutate<void, MailTrialAnswer>(() => ({ method: "POST", path: "/v1/mail/trial" }), {
    touches: ["/v1/mail"],
    done: ({ to }) => fill(words.trialDone, { to }),
  });
  const columns = useMemo(
    (): Column<Sent>[] => [
      { id: "template", header: words.columns.template, value: sayTemplate },
      { id: "to", header: words.columns.to, value: (m) => m.to },
      {
        id: "state",
        header: words.columns.state,
        value: (m) => words.state[m.state],
        cell: (m) => <Tag tone={tones[m.state]}>{words.state[m.state]}</Tag>,
      },
      { id: "tries", header: words.columns.tries, value: (m) => m.tries, align: "right" },
      timeColumn("at", words.columns.at, (m) => m.at),
      {
        id: "sent",
        header: words.columns.sentAt,
        value: (m) => m.sentAt,
        cell: (m) => m.sentAt && <When at={m.sentAt} />,
      },
      { id: "error", header: words.columns.error, value: (m) => m.error },
      ...(isAdmin
        ? [
            actionColumn(
              "again",
              words.again,
              (m: Sent) =>
                m.state === "failed" && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={fill(words.againLabel, { what: sayTemplate(m), to: m.to })}
                    onClick={() => mutate(m)}
                  >
                    {words.again}
                  </Button>
                ),
              "right",
            ),
          ]
        : []),
    ],
    [isAdmin, mutate],
  );
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        isAdmin &&
        pages.first?.via && (
          <Button variant="default" loading={trial.isPending} onClick={() => trial.mutate()}>
            {words.trial}
          </Button>
        )
      }
    >
      {pages.first?.service && <MailService answer={pages.first} service={pages.first.service} />}
      <Filters names={names}>
        <ChoiceFilter name="state" label={words.stateLabel} any={all} options={states} />
        <DateFilter name="from" label={words.writtenFrom} />
        <DateFilter name="to" label={words.writtenTo} />
      </Filters>
      <PagedTable
        label={words.title}
        columns={columns}
        idOf={(m) => m.id}
        pages={pages}
        csv="mail"
        toneOf={(m) => (m.state === "failed" ? "bad" : undefined)}
        filters={filters}
        empty={words.empty}
        emptyText={words.emptyText}
      />
    </Page>
  );
}
