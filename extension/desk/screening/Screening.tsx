/** Screens whole files: the person drops one, checks its columns, and downloads it with verdicts. */
import { Alert, Paper, Stack, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { MAX_XLSX } from "../../../shared/core/limits.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { FileDrop } from "../import/FileDrop.tsx";
import { touch, useApi } from "../parts/api.ts";
import { Page } from "../parts/Page.tsx";
import { Working } from "../parts/ProgressBar.tsx";
import { QueryState } from "../parts/QueryState.tsx";
import { fill, words } from "../parts/texts.ts";
import { ScreeningColumns } from "./Columns.tsx";
import { ScreeningDone } from "./Done.tsx";
import { ScreeningsEarlier } from "./Earlier.tsx";
import type { ScreenFault } from "./screen-worker.ts";
import { useScreening } from "./useScreening.ts";

const text = screeningEn;
const cancelLabel = text.cancel;

export default function Screening() {
  const queries = useQueryClient();
  const screening = useScreening(() => void touch(queries, ["/v1/screenings"]));
  const policy = useApi<PolicyAnswer>("/v1/policy");
  return (
    <Page title={words.nav.screening} lead={text.lead}>
      <Paper withBorder p="md" component="section" aria-label={text.file} data-screening={screening.state.at}>
        <Stack gap="md">
          <QueryState of={policy}>{(data) => <Work screening={screening} policy={data.policy} />}</QueryState>
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
        <Working
          label={fill(text.reading, { file: state.file.name })}
          share={state.share}
          {...{ cancel, cancelLabel }}
        />
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
      return <Working label={text.stages[state.stage]} share={state.share} {...{ cancel, cancelLabel }} />;
    case "done":
      return <ScreeningDone file={state.file} report={state.report} other={cancel} />;
  }
}

function sayFault(fault: ScreenFault): string {
  if (typeof fault === "object") return fill(text.faults.row, { row: fault.row ?? "?" });
  return fill(text.faults[fault], { mb: MAX_XLSX / 1_000_000 });
}
