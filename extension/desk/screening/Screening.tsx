/** Whole files screened: one is dropped, its columns are looked at, and it comes back with verdicts. */
import { Alert, Button, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { MAX_XLSX } from "../../../shared/limits.ts";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { FileDrop } from "../import/FileDrop.tsx";
import { touch, useApi } from "../parts/api.ts";
import { Page } from "../parts/Page.tsx";
import { State } from "../parts/State.tsx";
import { fill, words } from "../parts/words.ts";
import type { ScreenFault } from "./screen-worker.ts";
import { ScreeningColumns } from "./Columns.tsx";
import { ScreeningDone } from "./Done.tsx";
import { ScreeningsEarlier } from "./Earlier.tsx";
import { useScreening } from "./useScreening.ts";

const text = screeningEn;

export default function Screening() {
  const queries = useQueryClient();
  const screening = useScreening(() => void touch(queries, ["/v1/screenings"]));
  const policy = useApi<PolicyAnswer>("/v1/policy");
  return (
    <Page title={words.nav.screening} lead={text.lead}>
      <Paper withBorder p="md" component="section" aria-label={text.file} data-screening={screening.state.at}>
        <Stack gap="md">
          <State of={policy}>{(data) => <Work screening={screening} policy={data.policy} />}</State>
        </Stack>
      </Paper>
      <section aria-labelledby="earlier">
        <Title order={2} size="h3" id="earlier" mb="sm">
          {text.earlier}
        </Title>
        <ScreeningsEarlier />
      </section>
    </Page>
  );
}

interface WorkProps {
  screening: ReturnType<typeof useScreening>;
  policy: PolicyAnswer["policy"];
}

function Work({ screening: { state, choose, start, cancel }, policy }: WorkProps) {
  const { defaultRegion: region, alsoRegions: also } = policy.numbers;
  const drop = <FileDrop label={text.file} note={text.dropNote} onFile={(file) => choose(file, region)} />;
  switch (state.at) {
    case "none":
      return (
        <>
          {state.cancelled && <Alert color="gray" title={text.cancelled} role="status" />}
          {drop}
        </>
      );
    case "opening":
      return (
        <Working label={fill(text.reading, { file: state.file.name })} share={state.share} cancel={cancel} />
      );
    case "fault":
      return (
        <>
          <Alert color="red" title={text.failed} role="alert">
            {state.file.name}: {sayFault(state.fault)}
          </Alert>
          {drop}
        </>
      );
    case "ready":
      return (
        <ScreeningColumns
          file={state.file}
          found={state.found}
          error={state.error}
          runs={policy.campaigns.runs}
          start={(columns, purpose) => start({ columns, region, also, ...(purpose && { purpose }) })}
          other={cancel}
        />
      );
    case "working":
      return <Working label={text.stages[state.stage]} share={state.share} cancel={cancel} />;
    case "done":
      return <ScreeningDone file={state.file} report={state.report} other={cancel} />;
  }
}

function sayFault(fault: ScreenFault): string {
  if (typeof fault === "object") return fill(text.faults.row, { row: fault.row ?? "?" });
  return fill(text.faults[fault], { mb: MAX_XLSX / 1_000_000 });
}

function Working({ label, share, cancel }: { label: string; share: number; cancel: () => void }) {
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {label}
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={Math.round(share * 100)} aria-label={label} />
      </Progress.Root>
      <div>
        <Button variant="default" onClick={cancel}>
          {text.cancel}
        </Button>
      </div>
    </Stack>
  );
}
