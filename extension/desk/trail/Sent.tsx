/** What was sent to whom: by day, recipient and kind of message; or what of it was of one number. */
import { Text } from "@mantine/core";
import type { Disclosure, DisclosuresAnswer } from "../../../shared/policy/api-disclosures.ts";
import { recipientKinds } from "../../../shared/policy/recipients.ts";
import { policyEn } from "../../../shared/texts/policy/clauses.en.ts";
import { disclosuresEn as text } from "../../../shared/texts/policy/disclosures.en.ts";
import { usePages } from "../parts/api.ts";
import { useFilters } from "../parts/location.ts";
import { fill, sayDate, texts } from "../parts/texts.ts";
import { countColumn, dayColumn } from "../tables/columns.tsx";
import { ChoiceFilter, DateFilter, Filters, NumberFilter } from "../tables/Filters.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";

const names = ["kind", "number", "from", "to"] as const;
const rowsOf = (answer: DisclosuresAnswer) => answer.disclosures;
const sayKind = (kind: string) => policyEn.values[kind] ?? kind;
const kinds = Object.fromEntries(recipientKinds.map((kind) => [kind, sayKind(kind)]));

/** The recipient, as the policy names it. */
const sayWho = ({ kind, host, name }: Disclosure): string =>
  name ?? (host === "" ? (text.own[kind] ?? sayKind(kind)) : fill(text.undescribed, { host }));
const sayFields = ({ fields }: Disclosure): string =>
  fields.map((field) => text.fields[field] ?? field).join(", ") || text.noFields;

export function TrailSent() {
  const [filters] = useFilters(...names);
  const pages = usePages<DisclosuresAnswer, Disclosure>(
    "/v1/disclosures",
    { ...filters, limit: 100 },
    rowsOf,
  );
  const since = pages.first?.since;
  return (
    <>
      <Text size="sm" maw="75ch">
        {text.lead}
        {since && ` ${fill(text.since, { day: sayDate(texts, since) })}`}
      </Text>
      <Filters names={names}>
        <ChoiceFilter
          name="kind"
          label={text.filters.kind}
          any={text.filters.any}
          options={kinds}
          width={180}
        />
        <NumberFilter label={text.filters.number} />
        <DateFilter name="from" width={130} label={text.filters.from} />
        <DateFilter name="to" width={130} label={text.filters.to} />
      </Filters>
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={({ day, kind, host, what }) => [day, kind, host, what].join(" ")}
        pages={pages}
        csv="sent"
        filters={filters}
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}

const columns: Column<Disclosure>[] = [
  dayColumn("day", text.columns.day, ({ day }) => day),
  {
    id: "who",
    header: text.columns.who,
    value: sayWho,
    cell: (row) => (
      <>
        {sayWho(row)}
        <div className="desk-quiet">
          {row.name !== null && row.host !== "" ? row.host : sayKind(row.kind)}
        </div>
      </>
    ),
  },
  { id: "kind", header: text.columns.kind, value: ({ kind }) => sayKind(kind), csvOnly: true },
  { id: "host", header: text.columns.host, value: ({ host }) => host, csvOnly: true },
  {
    id: "what",
    header: text.columns.what,
    value: ({ what }) => text.what[what] ?? what,
    cell: (row) => (
      <>
        {text.what[row.what] ?? row.what}
        <div className="desk-quiet">{sayFields(row)}</div>
      </>
    ),
  },
  { id: "fields", header: text.columns.fields, value: sayFields, csvOnly: true },
  countColumn("times", text.columns.times, ({ times }) => times),
  countColumn("items", text.columns.items, ({ items }) => items),
];
