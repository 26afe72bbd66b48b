/** Consents: who agreed to be called, when and how, and whether the consent still applies. */
import { Button, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { ATTEMPTS, kindOf, lastDayOf } from "../../../shared/do-not-call/kind.ts";
import { isOver } from "../../../shared/do-not-call/end-date.ts";
import type { Consent, ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { reviewersOf } from "../../../shared/policy/reviewers.ts";
import { sayNumber } from "../../../shared/phone/phone.ts";
import { consentsEn } from "../../../shared/texts/do-not-call/desk.en.ts";
import { rolesEn } from "../../../shared/texts/people/roles.en.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { choose } from "../forms/Dialog.tsx";
import { type Pages, useApi, useMutate, usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { useMe } from "../parts/me.ts";
import { Page } from "../parts/Page.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayDate, texts, words } from "../parts/texts.ts";
import { usePeople } from "../parts/usePeople.ts";
import { When } from "../parts/When.tsx";
import { actionColumn, numberColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { byColumn, untilColumn } from "./columns.tsx";
import { ConsentReview } from "./ConsentReview.tsx";
import { ConsentsAdd } from "./ConsentsAdd.tsx";

const text = consentsEn;
/** What an older Worker does not say of a consent. */
const older: Partial<Consent> = {
  ...{ kind: null, calls: ["general"], words: "", proof: "", attempts: 0 },
  ...{ state: "good", doneAt: null, talked: false },
};
const rowsOf = ({ consents }: ConsentsAnswer) =>
  consents.map((consent): Consent => Object.assign({ ...older }, consent));
const sayKind = (c: Consent): string => (c.kind === null ? text.bases[c.basis] : text.kinds[c.kind]);
const sayCalls = ({ calls }: Consent): string =>
  calls.map((call) => policyEn.values[call] ?? call).join(", ");
function stateOf(consent: Consent): keyof typeof text.states {
  const { withdrawnAt, state, doneAt, talked } = consent;
  const last = lastDayOf(consent);
  if (withdrawnAt !== null) return "withdrawn";
  if (state === "refused") return "refused";
  if (doneAt !== null || (talked && kindOf(consent) === "solicited")) return "done";
  if (isOver(consent.until, Date.now()) || isOver(last, Date.now())) return "over";
  return state === "review" ? "review" : "live";
}
/** The last day that it names, or that follows from its kind. */
const endOf = (consent: Consent): string | null =>
  [consent.until, lastDayOf(consent)].filter((day) => day !== null).sort()[0] ?? null;
const Until = ({ date }: { date: string | null }) =>
  date !== null && <div className="desk-quiet">{fill(text.untilDay, { date: sayDate(texts, date) })}</div>;
const tones = { live: "good", review: "warn" } as const;

const names = ["number", "kind", "state", "from", "to"] as const;

export default function Consents() {
  const [filters] = useFilters(...names);
  const pages = usePages<ConsentsAnswer, Consent>("/v1/consents", { ...filters, limit: 50 }, rowsOf);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={words.nav.consents}
      lead={text.lead}
      actions={<Button onClick={() => setAdding(true)}>{text.add}</Button>}
    >
      <Filters names={names}>
        <NumberFilter label={text.number} />
        <ChoiceFilter
          name="kind"
          label={text.columns.kind}
          any={text.stateAny}
          options={text.kinds}
          width={190}
        />
        <ChoiceFilter
          name="state"
          label={text.stateFilter}
          any={text.stateAny}
          options={text.stateChoices}
          width={200}
        />
        <DateFilter name="from" label={text.from} />
        <DateFilter name="to" label={text.to} />
      </Filters>
      <Recorded pages={pages} filters={filters} />
      {adding && <ConsentsAdd close={() => setAdding(false)} />}
    </Page>
  );
}

function Recorded({ pages, filters }: { pages: Pages<Consent>; filters: Record<string, string> }) {
  const [reviewing, setReviewing] = useState<Consent | null>(null);
  const { id: me, role } = useMe().person;
  // An older Worker's policy does not name them.
  const policy: Partial<PolicyAnswer["policy"]> | undefined = useApi<PolicyAnswer>("/v1/policy").data?.policy;
  const recorders = policy?.consents?.recordedBy;
  const mayReview = recorders !== undefined && reviewersOf(recorders).includes(role);
  const { nameOf } = usePeople();
  const { mutate, isPending } = useMutate<Consent & { because: string }, Consent>(
    ({ id, because }) => ({
      method: "POST",
      path: `/v1/consents/${encodeURIComponent(id)}/withdraw?because=${because}`,
    }),
    {
      touches: ["/v1/consents", "/v1/suppressions", "/v1/waiting"],
      done: ({ number }) => fill(text.withdrawn, { number: sayNumber(number) }),
    },
  );
  const columns = useMemo((): Column<Consent>[] => {
    const withdraw = async (consent: Consent) => {
      const answer = await choose({
        title: text.withdrawTitle,
        text: fill(text.withdrawText, { number: sayNumber(consent.number) }),
        yes: text.withdrawYes,
        other: text.withdrawMistake,
        danger: true,
      });
      if (answer) mutate({ ...consent, because: answer === "yes" ? "subscriber" : "mistake" });
    };
    return [
      numberColumn(text.columns.number),
      {
        id: "kind",
        header: text.columns.kind,
        value: (c) => sayKind(c),
        cell: (c) => (
          <>
            {sayKind(c)}
            {kindOf(c) === "prior" && <div className="desk-quiet">{sayCalls(c)}</div>}
            {kindOf(c) === "solicited" && (
              <div className="desk-quiet">{fill(text.attempts, { n: c.attempts, most: ATTEMPTS })}</div>
            )}
          </>
        ),
      },
      {
        id: "state",
        header: text.columns.state,
        value: (c) => text.states[stateOf(c)],
        cell: (c) => (
          <>
            <Tag tone={(tones as Record<string, "good" | "warn">)[stateOf(c)] ?? "plain"}>
              {text.states[stateOf(c)]}
            </Tag>
            {c.withdrawnAt !== null ? (
              <div>
                <When at={c.withdrawnAt} />
              </div>
            ) : (
              <Until date={endOf(c)} />
            )}
          </>
        ),
      },
      {
        id: "givenAt",
        header: text.columns.givenAt,
        times: true,
        value: (c) => c.givenAt,
        cell: (c) => (
          <>
            {c.givenBy}
            {c.giver === "other" && ` (${text.givers.other})`}
            <div className="desk-quiet">
              <When at={c.givenAt} />
            </div>
          </>
        ),
      },
      { id: "givenBy", header: text.columns.givenBy, value: (c) => c.givenBy, csvOnly: true },
      { id: "giver", header: text.columns.giver, value: (c) => c.giver ?? "", csvOnly: true },
      {
        id: "words",
        header: text.columns.words,
        value: (c) => c.words || c.evidence,
        cell: (c) => (
          <>
            {c.words || c.evidence}
            <div className="desk-quiet">{c.proof || (c.kind === null ? "" : text.unevidenced)}</div>
          </>
        ),
      },
      { id: "calls", header: text.columns.calls, value: (c) => sayCalls(c), csvOnly: true },
      { id: "caller", header: text.columns.caller, value: (c) => c.caller, csvOnly: true },
      { id: "product", header: text.columns.product, value: (c) => c.product, csvOnly: true },
      { id: "how", header: text.columns.how, value: (c) => c.how, csvOnly: true },
      { id: "proof", header: text.columns.proof, value: (c) => c.proof, csvOnly: true },
      { id: "evidence", header: text.columns.evidence, value: (c) => c.evidence, csvOnly: true },
      { id: "attempts", header: text.columns.attempts, value: (c) => c.attempts, csvOnly: true },
      { id: "day", header: text.columns.day, value: (c) => lastDayOf(c), csvOnly: true },
      { id: "keepUntil", header: text.columns.keepUntil, value: (c) => c.keepUntil, csvOnly: true },
      {
        id: "reviewedBy",
        header: text.columns.reviewedBy,
        value: (c) => c.reviewedBy && nameOf(c.reviewedBy),
        csvOnly: true,
      },
      { id: "review", header: text.columns.review, value: (c) => c.review, csvOnly: true },
      { ...untilColumn<Consent>(text.columns.until), csvOnly: true },
      byColumn(text.columns.by, nameOf),
      { id: "at", header: text.columns.at, value: (c) => c.at, csvOnly: true },
      { id: "withdrawnAt", header: text.columns.withdrawnAt, value: (c) => c.withdrawnAt, csvOnly: true },
      actionColumn(
        "act",
        text.columns.act,
        (c) =>
          c.withdrawnAt === null && (
            <Group gap={4}>
              {c.state === "review" && mayReview && c.by !== me && (
                <Button
                  size="compact-xs"
                  aria-label={fill(text.reviewLabel, { number: sayNumber(c.number) })}
                  onClick={() => setReviewing(c)}
                >
                  {text.reviewAct}
                </Button>
              )}
              <Button
                size="compact-xs"
                variant="default"
                disabled={isPending}
                aria-label={fill(text.withdrawLabel, { number: sayNumber(c.number) })}
                onClick={() => void withdraw(c)}
              >
                {text.withdraw}
              </Button>
            </Group>
          ),
      ),
    ];
  }, [nameOf, mutate, isPending, mayReview, me]);
  return (
    <>
      {filters["state"] === "review" && recorders !== undefined && !mayReview && (
        <Text size="sm">
          {fill(text.reviewers, {
            roles: reviewersOf(recorders)
              .map((one) => rolesEn[one])
              .join(text.or),
          })}
        </Text>
      )}
      {reviewing && <ConsentReview key={reviewing.id} consent={reviewing} close={() => setReviewing(null)} />}
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(c) => c.id}
        pages={pages}
        csv="consents"
        toneOf={(c) => (["live", "review"].includes(stateOf(c)) ? undefined : "quiet")}
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}
