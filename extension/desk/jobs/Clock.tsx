/** The clock's jobs: when each ended well, and which fail; and whether the clock runs at all. */
import { Alert, Text, Title } from "@mantine/core";
import type { WorkAnswer } from "../../../shared/jobs/api.ts";
import { deskWorkEn } from "../../../shared/texts/jobs/desk-work.en.ts";
import { workEn } from "../../../shared/texts/jobs/desk.en.ts";
import { Tag } from "../parts/Tag.tsx";
import { fill } from "../parts/texts.ts";
import { sayTime } from "../parts/When.tsx";
import { timeColumn } from "../tables/columns.tsx";
import { type Column, Table } from "../tables/Table.tsx";

const text = deskWorkEn.clock;
type Clock = WorkAnswer["clock"];
type Job = Clock["jobs"][number];

export function WorkClock({ clock: { triggers, jobs } }: { clock: Clock }) {
  const stopped = triggers.filter((one) => one.stopped !== null);
  const ran = (every: Job["every"]): string => {
    const at = triggers.find((one) => one.every === every)?.ran ?? null;
    return at === null ? text.never : sayTime(at);
  };
  const since = stopped.map((one) => one.stopped!).sort()[0];
  return (
    <section aria-labelledby="clock">
      <Title order={2} size="h3" id="clock" mt="xl" mb={4}>
        {text.title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" maw="75ch">
        {text.lead} {fill(text.runs, { minute: ran("minute"), often: ran("often"), day: ran("day") })}
      </Text>
      {since !== undefined && (
        <Alert color="red" mb="sm" maw="75ch">
          {fill(text.stopped, {
            which: stopped.map(({ every }) => text.every[every]).join(", "),
            at: sayTime(since),
          })}
        </Alert>
      )}
      <Table
        label={text.label}
        columns={columns}
        rows={jobs.toSorted((a, b) => rank(b) - rank(a))}
        idOf={({ job }) => job}
        toneOf={(job) => (rank(job) > 0 ? "bad" : undefined)}
      />
    </section>
  );
}

/** Late ones come first, then those that fail. */
const rank = ({ late, failing }: Job): number => (late !== null ? 2 : failing !== null ? 1 : 0);

const sayState = ({ late, failing }: Job): string =>
  late !== null
    ? fill(text.states.late, { at: sayTime(late) })
    : failing !== null
      ? fill(text.states.failing, { at: sayTime(failing) })
      : text.states.fine;

const columns: Column<Job>[] = [
  { id: "what", header: text.columns.what, value: ({ job }) => workEn.jobs[job] },
  { id: "every", header: text.columns.every, value: ({ every }) => text.every[every] },
  timeColumn("ended", text.columns.ended, ({ ended }) => ended),
  {
    id: "state",
    header: text.columns.state,
    value: sayState,
    cell: (job) => <Tag tone={rank(job) === 0 ? "good" : "bad"}>{sayState(job)}</Tag>,
  },
  { id: "said", header: text.columns.said, value: ({ error }) => error ?? "" },
];
