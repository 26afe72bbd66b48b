/** Work that runs by itself: what waits in each queue and since when; and what failed, until a person decides. */
import { Anchor } from "@mantine/core";
import type { WorkAnswer, WorkKind } from "../../../shared/jobs/api.ts";
import { deskWorkEn } from "../../../shared/texts/jobs/desk-work.en.ts";
import { useApi } from "../parts/api.ts";
import { linkTo, useFilters } from "../parts/location.ts";
import { Page } from "../parts/Page.tsx";
import { QueryState } from "../parts/QueryState.tsx";
import { Tag } from "../parts/Tag.tsx";
import { fill, sayCount } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { countColumn, timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";
import { WorkClock } from "./Clock.tsx";
import { WorkFailed } from "./Failed.tsx";

const text = deskWorkEn;
type Queue = WorkAnswer["work"][number];

export default function Work() {
  const [{ kind }] = useFilters("kind");
  const work = useApi<WorkAnswer>("/v1/work");
  return (
    <Page title={text.title} lead={text.lead}>
      <QueryState of={work}>
        {({ work: queues, clock }: Omit<WorkAnswer, "clock"> & Partial<WorkAnswer>) => (
          <>
            <Table
              label={text.queues.label}
              columns={columns}
              rows={queues}
              idOf={(q) => q.kind}
              toneOf={toneOf}
            />
            <WorkFailed key={chosen(queues, kind)} kind={chosen(queues, kind)} />
            {/* An older Worker says nothing of its clock. */}
            {clock && <WorkClock clock={clock} />}
          </>
        )}
      </QueryState>
    </Page>
  );
}

/** The one in the address; else the first with something that failed; else the first that this role sees. */
const chosen = (queues: Queue[], kind: string): WorkKind =>
  (queues.find((q) => q.kind === kind) ?? queues.find((q) => q.failed > 0) ?? queues[0]!).kind;

const toneOf = ({ late, failed }: Queue) => (late !== null || failed > 0 ? "bad" : undefined);

const sayState = ({ waiting, late }: Queue): string =>
  late !== null
    ? fill(text.queues.states.late, { at: sayTime(late) })
    : text.queues.states[waiting === 0 ? "idle" : "fine"];

const columns: Column<Queue>[] = [
  { id: "what", header: text.queues.columns.what, value: ({ kind }) => text.queues.kinds[kind] },
  countColumn("waiting", text.queues.columns.waiting, ({ waiting }) => waiting),
  timeColumn("oldest", text.queues.columns.oldest, ({ oldest }) => oldest),
  {
    id: "state",
    header: text.queues.columns.state,
    value: sayState,
    cell: (q) => <Tag tone={q.late === null ? "good" : "bad"}>{sayState(q)}</Tag>,
  },
  {
    id: "failed",
    header: text.queues.columns.failed,
    value: ({ failed }) => failed,
    cell: ({ kind, failed }) =>
      failed === 0 ? (
        0
      ) : (
        <Anchor
          size="sm"
          href={linkTo("/work", { kind })}
          aria-label={fill(text.queues.seeLabel, { n: sayCount(failed), what: text.queues.kinds[kind] })}
        >
          {fill(text.queues.see, { n: sayCount(failed) })}
        </Anchor>
      ),
    align: "right",
  },
];
