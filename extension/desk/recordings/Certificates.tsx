/** The certificates of erasure, newest first. */
import { Anchor } from "@mantine/core";
import type { Certificate, CertificatesAnswer } from "../../../shared/recordings/api.ts";
import { recordingsEn } from "../../../shared/texts/recordings/desk.en.ts";
import { usePages } from "../parts/api.ts";
import { linkTo } from "../parts/location.ts";
import { fill } from "../parts/texts.ts";
import { dayColumn, timeColumn } from "../tables/columns.tsx";
import { PagedTable } from "../tables/PagedTable.tsx";
import { type Column } from "../tables/Table.tsx";
import { sayRegion, sayRule } from "./format.ts";
import { Unread } from "./Unread.tsx";

const text = recordingsEn.certificates;
const rowsOf = (answer: CertificatesAnswer) => answer.certificates;

const columns: Column<Certificate>[] = [
  timeColumn("erasedAt", text.columns.erasedAt, (c) => c.erasedAt),
  {
    id: "recording",
    header: text.columns.recording,
    value: (c) => c.recording,
    cell: (c) => (
      <Anchor
        size="sm"
        className="desk-id"
        href={linkTo(`/recordings/certificates/${c.recording}`)}
        aria-label={fill(text.open, { id: c.recording })}
      >
        {c.recording}
      </Anchor>
    ),
  },
  { id: "provider", header: text.columns.provider, value: (c) => c.provider },
  {
    id: "storage",
    header: text.columns.storage,
    value: (c) => recordingsEn.stores[c.storage],
  },
  { id: "region", header: text.columns.region, value: (c) => sayRegion(c.region), csv: (c) => c.region },
  dayColumn("eraseAfter", text.columns.eraseAfter, (c) => c.eraseAfter),
  { id: "rule", header: text.columns.rule, value: sayRule, csv: (c) => c.rule },
  { id: "months", header: text.columns.months, value: (c) => c.months, csvOnly: true },
  { id: "why", header: text.columns.why, value: (c) => c.why },
  {
    id: "was",
    header: text.columns.was,
    value: (c) => c.was && text.was[c.was],
    csv: (c) => c.was,
    csvOnly: true,
  },
  { id: "commitment", header: text.columns.commitment, value: (c) => c.commitment, csvOnly: true },
];

export function RecordingsCertificates() {
  const pages = usePages<CertificatesAnswer, Certificate>(
    "/v1/recordings/certificates",
    { limit: 100 },
    rowsOf,
  );
  return (
    <>
      <Unread text={text.unread} answers={pages.answers} />
      <PagedTable
        label={text.label}
        columns={columns}
        idOf={(c) => c.recording}
        pages={pages}
        csv="certificates"
        empty={text.empty}
        emptyText={text.emptyText}
      />
    </>
  );
}
