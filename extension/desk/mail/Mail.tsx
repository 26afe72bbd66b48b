/** The outbox: what went out, what waits, what failed and can be tried again. */
import { Alert, Button, Text } from "@mantine/core";
import { useMemo } from "react";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import { useMutate, usePages } from "../parts/api.ts";
import { ChoiceFilter, Filters } from "../tables/Filters.tsx";
import { useFilters } from "../parts/hash.ts";
import { Page } from "../parts/Page.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { Tag, type Tone } from "../parts/Tag.tsx";
import { When } from "../parts/When.tsx";
import { mailDeskEn as words } from "../../../shared/texts/mail/desk.en.ts";
import { fill } from "../parts/words.ts";
import { useMay } from "../shell/me.ts";

const { all, ...states } = words.state;

type Sent = MailAnswer["mails"][number];
const tones: Record<Sent["state"], Tone> = { failed: "bad", waiting: "warn", sent: "good", expired: "plain" };
const sayTemplate = ({ template }: Sent) => (words.templates as Record<string, string>)[template] ?? template;
const mailsOf = (answer: MailAnswer) => answer.mails;

export default function Mail() {
  const [{ state }] = useFilters("state");
  const isAdmin = useMay("admin");
  const pages = usePages<MailAnswer, Sent>("/v1/mail", { state }, mailsOf);
  const { mutate } = useMutate<Sent>(({ id }) => ({ method: "POST", path: `/v1/mail/${id}/retry` }), {
    touches: ["/v1/mail"],
    done: words.againDone,
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
      { id: "at", header: words.columns.at, value: (m) => m.at, cell: (m) => <When at={m.at} /> },
      {
        id: "sent",
        header: words.columns.sentAt,
        value: (m) => m.sentAt,
        cell: (m) => m.sentAt && <When at={m.sentAt} />,
      },
      { id: "error", header: words.columns.error, value: (m) => m.error },
      ...(isAdmin
        ? [
            {
              id: "again",
              header: words.again,
              value: () => null,
              plain: true,
              align: "right" as const,
              cell: (m: Sent) =>
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
            },
          ]
        : []),
    ],
    [isAdmin, mutate],
  );
  return (
    <Page title={words.title} lead={words.lead}>
      {pages.first && <Service answer={pages.first} />}
      <Filters names={["state"]}>
        <ChoiceFilter name="state" label={words.stateLabel} any={all} options={states} />
      </Filters>
      <PagedTable
        label={words.title}
        columns={columns}
        idOf={(m) => m.id}
        pages={pages}
        csv="mail"
        toneOf={(m) => (m.state === "failed" ? "bad" : undefined)}
        filters={{ state }}
        empty={words.empty}
        emptyText={words.emptyText}
      />
    </Page>
  );
}

function Service({ answer: { via, waiting, failed } }: { answer: MailAnswer }) {
  if (via === null)
    return (
      <Alert color="yellow" role="note" title={words.none}>
        {words.noneText}
      </Alert>
    );
  return (
    <Text size="sm" c="dimmed">
      {words.via[via]} {fill(words.counts, { waiting, failed })}
    </Text>
  );
}
